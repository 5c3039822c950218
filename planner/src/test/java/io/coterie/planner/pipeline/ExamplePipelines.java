package io.coterie.planner.pipeline;

import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import java.util.ArrayList;
import java.util.List;

/** Pipelines and boards for tests. */
final class ExamplePipelines {
  private ExamplePipelines() {}

  /**
   * One segment for every number of bytes, each of 1,000 operations; half the frames stop early.
   */
  static Pipeline of(long... bytes) {
    List<Segment> segments = new ArrayList<>();
    List<Double> toTheEnd = new ArrayList<>();
    List<Double> early = new ArrayList<>();
    for (int i = 0; i < bytes.length; i++) {
      boolean last = i == bytes.length - 1;
      byte[] content = {(byte) i};
      segments.add(
          new Segment(
              ModelFile.of("segment" + i, content), 1000, bytes[i], last ? List.of() : List.of(4)));
      toTheEnd.add(last ? 1.0 : 0.0);
      early.add((last ? 0.5 : 0.0) + (i == 0 ? 0.5 : 0.0));
    }
    ExitTable table =
        new ExitTable(
            ExitPolicy.MAX_SOFTMAX,
            "net",
            List.of(
                new OperatingPoint(0, 0.9, 0.9, 1, toTheEnd),
                new OperatingPoint(0.25, 0.898, 0.9, 0.6, early),
                new OperatingPoint(0.5, 0.8, 0.8, 0.5, early)));
    ModelFile whole = ModelFile.of("whole", new byte[] {9});
    return new Pipeline("net", segments, whole, 0.9, 0.9, List.of(table));
  }

  static Device board(String id, double flopsPerSecond, long memoryBytes) {
    return new Device(id, flopsPerSecond, memoryBytes, 1e6, 0.1);
  }
}
