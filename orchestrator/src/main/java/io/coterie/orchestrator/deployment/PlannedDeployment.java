package io.coterie.orchestrator.deployment;

import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.StudentRole;
import java.util.List;
import java.util.Optional;

/** What one deployment is to look like, and what every agent is to do for it. */
sealed interface PlannedDeployment permits PlannedStudents, PlannedPipeline {
  String deployment();

  /** Lowest epoch whose portions fit: those of the same bundle and K do, whoever computed them. */
  long acceptFrom(Optional<PlanMessage> before, long newEpoch);

  /** The students that the agent runs. */
  default List<StudentRole> students(String agent) {
    return List.of();
  }

  /** The fuser's role, where it is this agent's. */
  default Optional<FuserRole> fuserRole(String agent, long acceptFrom) {
    return Optional.empty();
  }

  /** The agent's part of a pipeline. */
  default Optional<PipelineRole> pipelineRole(String agent) {
    return Optional.empty();
  }

  /** Whether the plan puts everything where the other one does. */
  boolean placedLike(PlanMessage other);

  PlanMessage message(long term, long epoch, long acceptFrom);
}
