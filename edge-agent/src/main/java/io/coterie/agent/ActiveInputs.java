package io.coterie.agent;

import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.StudentRole;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The input formats of the bundles that run on this agent, by deployment.
 *
 * <p>Thread-safe.
 */
final class ActiveInputs {
  private volatile Map<String, InputSpec> inputs = Map.of();

  /** Replaces all input formats by those of a new assignment. */
  void put(Assignment assignment, Map<String, Manifest> manifests) {
    Map<String, InputSpec> now = new HashMap<>();
    for (StudentRole role : assignment.students()) {
      now.put(role.deployment(), manifests.get(role.bundle()).input());
    }
    for (PipelineRole role : assignment.pipelines()) {
      now.put(role.deployment(), manifests.get(role.bundle()).input());
    }
    inputs = now;
  }

  /**
   * Whether the deployment's bundle can decode the frame. False if no bundle of the deployment runs
   * here.
   */
  boolean canRead(String deployment, Message frame) {
    InputSpec input = inputs.get(deployment);
    if (input == null) {
      return false;
    }
    try {
      FrameDecoder.decode(frame, input, FloatBuffer.allocate(input.size()));
      return true;
    } catch (FrameRejectedException e) {
      return false;
    }
  }
}
