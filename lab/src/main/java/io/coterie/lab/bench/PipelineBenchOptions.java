package io.coterie.lab.bench;

import io.coterie.protocol.message.PipelineRule.Topology;
import java.util.List;

/**
 * What {@code bench pipeline} does.
 *
 * @param pipeline name; empty for the bundle's first
 * @param fleets to measure, one after the other
 * @param lossPoints accuracy losses to calibrate thresholds for, in points, rising
 * @param loads fixed rates, as multiples of what the fleet manages without exits
 * @param settleSeconds before each measurement, >= 1
 * @param seconds of each measurement, >= 1
 * @param throttle how many times slower than this machine the boards are, >= 1
 */
public record PipelineBenchOptions(
    String pipeline,
    List<Fleet> fleets,
    List<Double> lossPoints,
    List<Double> loads,
    int settleSeconds,
    int seconds,
    double throttle) {
  public PipelineBenchOptions {
    if (settleSeconds < 1 || seconds < 1 || !(throttle >= 1 && throttle <= 1000)) {
      throw new IllegalArgumentException(
          "out of range: --settle >= 1, --seconds >= 1, --throttle 1 to 1000");
    }
  }

  /** Boards and who may hand tasks to whom. */
  public record Fleet(Topology topology, int boards) {
    private static final int MOST = 32;

    public Fleet {
      if (boards < 1 || boards > MOST) {
        throw new IllegalArgumentException("--fleets: boards must be 1 to " + MOST + ": " + boards);
      }
    }

    /**
     * Reads a text such as {@code mesh3}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Fleet parse(String text) {
      if (!text.matches("(mesh|ring)[0-9]{1,2}")) {
        throw new IllegalArgumentException("--fleets must be such as mesh1,mesh3,ring3: " + text);
      }
      Topology topology = text.startsWith("ring") ? Topology.RING : Topology.MESH;
      return new Fleet(topology, Integer.parseInt(text.substring(4)));
    }

    String name() {
      return topology.text() + boards;
    }
  }
}
