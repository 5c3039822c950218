package io.coterie.agent.pipeline;

import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.InboxMessage;
import io.coterie.protocol.message.Load;

/** What the board is to do for the pipeline, in this order. */
sealed interface PipelineEffect {

  /** To compute a segment; at most one is outstanding. Ends in {@link WorkerCore#computed}. */
  record Compute(Job job) implements PipelineEffect {}

  /** To put a message into an agent's inbox. */
  record Send(String to, InboxMessage message) implements PipelineEffect {}

  /** To tell all neighbours how long the queues are. */
  record SendLoad(Load load) implements PipelineEffect {}

  /** To publish what the source lets in. */
  record Publish(Admitted admitted) implements PipelineEffect {}

  /** To publish the result of a frame. */
  record Respond(PipelineResult answered) implements PipelineEffect {}
}
