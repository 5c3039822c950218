package io.coterie.agent.pipeline;

import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.InboxMessage;
import io.coterie.protocol.message.Load;

/**
 * Something that the board has to do for the pipeline. Effects are carried out in the order of
 * their list.
 */
sealed interface PipelineEffect {

  /** To compute a segment; at most one is outstanding. Ends in {@link WorkerCore#computed}. */
  record Compute(Work work) implements PipelineEffect {}

  record Send(String to, InboxMessage message) implements PipelineEffect {}

  /** To publish how long the queues are, for all neighbours. */
  record SendLoad(Load load) implements PipelineEffect {}

  /** To publish what the source lets in. */
  record Publish(Admitted admitted) implements PipelineEffect {}

  record Respond(PipelineResult answered) implements PipelineEffect {}
}
