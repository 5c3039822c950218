package io.coterie.agent.fusion;

import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Precision;
import io.coterie.protocol.bundle.Stage;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Report;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Operating points and partitionings of three exits, without models behind them. */
final class Points {
  private Points() {}

  /** Runs the parts of the frames to each exit, at this accuracy. */
  static OperatingPoint point(double threshold, double accuracy, double... exits) {
    double computation = 0;
    for (int i = 0; i < exits.length; i++) {
      computation += exits[i] * (i + 1) / exits.length;
    }
    List<Double> parts = Arrays.stream(exits).boxed().toList();
    return new OperatingPoint(threshold, accuracy, accuracy, computation, parts);
  }

  static ExitTable table(ExitPolicy policy, String student, OperatingPoint... points) {
    return new ExitTable(policy, student, List.of(points));
  }

  /** One partition of one filter with these students, from the smallest to the largest. */
  static Partitioning partitioning(List<String> students, ExitTable... tables) {
    Stage hidden = new Stage(file("s"), 10, List.of(1, 1, 1));
    List<Stage> stages = List.of(hidden, hidden, new Stage(file("t"), 10));
    Exit exit = new Exit(file("fusion"), List.of(0f), List.of(new PatternAccuracy("1", 0.9, 0.9)));
    return new Partitioning(
        List.of(
            new Partition(
                List.of(0),
                students.stream()
                    .map(name -> new Student(name, Precision.FP32, stages, 10, 10))
                    .toList())),
        0,
        Collections.nCopies(3, exit),
        Stream.of(tables).toList());
  }

  private static ModelFile file(String name) {
    return ModelFile.of(name, name.getBytes(StandardCharsets.UTF_8));
  }

  /** A core with its first role. */
  static FuserCore core(FuserRole role, PortionSchema schema, ExitCriterion criterion) {
    FuserCore core = new FuserCore(criterion);
    core.assign(role, schema);
    return core;
  }

  /** What the core has counted. */
  static Report.FuserReport counted(FuserCore core) {
    return core.counters().report("d", 0, 0);
  }
}
