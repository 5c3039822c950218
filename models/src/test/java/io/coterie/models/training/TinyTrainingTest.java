package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coterie.models.data.ImageShape;
import io.coterie.models.evaluation.Evaluation;
import io.coterie.models.evaluation.EvaluationOptions;
import io.coterie.models.evaluation.EvaluationReport;
import io.coterie.models.evaluation.ExitEvaluation;
import io.coterie.models.evaluation.ExitReport;
import io.coterie.models.torch.NativeCache;
import io.coterie.models.torch.Torch;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Precision;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings, small enough for seconds. Skipped where libtorch's natives are absent. */
@Tag("training")
class TinyTrainingTest {
  private static final String DATA = "meter-digits:500,120,130";

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path bundle;

  @BeforeAll
  static void trainOnce() throws IOException {
    assumeTrue(Torch.available(), "libtorch's natives are not on the class path");
    bundle = Training.run(options(shared, config(), 1), ProgressSink.SILENT);
  }

  private static TrainingConfig config() {
    TrainingSchedule schedule = TrainingSchedule.oneCycle(3, 16, 0.05);
    return new TrainingConfig(
        "tiny",
        TestSeed.VALUE,
        new ImageShape(3, 32, 32),
        new Augmentation(1, false),
        "wcn-8-16-32",
        schedule.withEpochs(6),
        2,
        List.of(2, 3),
        List.of(
            StudentNet.of("wrn-10-0.25-s2"),
            StudentNet.of("wcn-8-16-16"),
            StudentNet.of("wcn-4-8x3-8").withExits("g1.relu1", "g1.relu3").forPartitions(2)),
        schedule.withEpochs(4),
        List.of(),
        Distillation.standard(),
        new FusionSettings(3, 0.05, 0.15, 0.5),
        null);
  }

  private static TrainingOptions options(Path folder, TrainingConfig config, int jobs) {
    return new TrainingOptions(
        config,
        DATA,
        folder.resolve("work"),
        folder.resolve("bundle"),
        1,
        jobs,
        NativeCache.FOLDER,
        Optional.empty(),
        "a test");
  }

  @Test
  void theBundleIsCompleteAndVerified() throws Exception {
    Manifest manifest = Bundle.open(bundle).manifest();
    assertEquals("tiny", manifest.name());
    assertEquals(10, manifest.labels().size());
    int parts = 2 + 2; // two of K=2, and K=3 splits one of them
    int withExits = 3 + 2 * 3; // fusion layers, and stages of both parts of K=2
    assertEquals(1 + 2 + parts * 2 * 3 + withExits, manifest.files().size());
    for (Partitioning partitioning : manifest.partitionings(Strategy.ROCOIN)) {
      assertEquals(32, partitioning.featureSize());
      assertEquals(6 << partitioning.k(), partitioning.last().accuracy().size());
      for (Partition partition : partitioning.partitions()) {
        List<Student> students = partition.students();
        assertEquals(6, students.size());
        assertTrue(students.get(0).flops() < students.get(5).flops());
        assertEquals(Precision.INT8, students.get(3).precision());
        assertTrue(students.get(3).memoryBytes() < students.get(5).memoryBytes());
        assertTrue(students.get(3).sizeBytes() < students.get(5).sizeBytes());
      }
    }
  }

  @Test
  void learnsMoreThanChance() throws Exception {
    Manifest manifest = Bundle.open(bundle).manifest();
    assertTrue(manifest.teacher().test() > 0.3, "teacher " + manifest.teacher().test());
    Partitioning two = manifest.partitioning(Strategy.ROCOIN, 2).orElseThrow();
    String largest = two.partitions().get(0).students().get(5).name();
    double students = two.validationAccuracy(largest, 0b11);
    assertTrue(students > 0.2, "students " + students);
  }

  @Test
  void saysWhereItComesFrom() throws Exception {
    var provenance = Bundle.open(bundle).manifest().provenance();
    assertEquals(Long.toString(TestSeed.VALUE), provenance.get("seed"));
    assertEquals("a test", provenance.get("command"));
    assertTrue(provenance.get("images").contains("train 500"), provenance.get("images"));
    assertTrue(provenance.get("dataSha256").matches("[0-9a-f]{64}"));
  }

  @Test
  void evaluationFindsWhatTheManifestStates() throws Exception {
    Manifest manifest = Bundle.open(bundle).manifest();
    EvaluationReport report = Evaluation.run(bundle, DATA, EvaluationOptions.standard());
    assertEquals(130, report.images());
    assertEquals(manifest.teacher().test(), report.teacherAccuracy());
    for (var measured : report.partitionings()) {
      var stated =
          manifest.partitioning(Strategy.ROCOIN, measured.k()).orElseThrow().last().accuracy();
      List<String> found = new ArrayList<>();
      for (var ensemble : measured.ensembles()) {
        for (var pattern : ensemble.patterns()) {
          found.add(ensemble.student() + pattern.present() + pattern.accuracy());
        }
        assertEquals(ensemble.accuracy(), ensemble.int8PortionsAccuracy(), 0.05);
      }
      assertEquals(stated.stream().map(e -> e.student() + e.present() + e.test()).toList(), found);
      assertEquals(6 * measured.k(), measured.students().size());
      assertEquals((1 << measured.k()) - 2, measured.mixes().size());
    }
    assertEquals(report, Evaluation.run(bundle, DATA, EvaluationOptions.standard()));
  }

  @Test
  void evaluationRefusesDataWithOtherLabels() throws Exception {
    io.coterie.models.data.TinyCifar.write(folder, 20, 5);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Evaluation.run(bundle, folder.toString(), EvaluationOptions.standard()));
    assertTrue(e.getMessage().contains("ship"), e.getMessage());
  }

  @Test
  void aSecondRunRepeatsNothing() throws Exception {
    byte[] first = Files.readAllBytes(bundle.resolve("k2/fusion.onnx"));
    List<String> epochs = new ArrayList<>();
    ProgressSink sink =
        progress -> {
          if (progress.epochs() > 0) {
            epochs.add(progress.stage());
          }
        };
    Training.run(options(shared, config(), 1), sink);
    assertEquals(List.of(), epochs);
    assertArrayEquals(first, Files.readAllBytes(bundle.resolve("k2/fusion.onnx")));
  }

  @Test
  void aKilledTrainingEndsInTheSameBundle() throws Exception {
    TrainingOptions options = options(folder, config().toBuilder().ks(List.of(2)).build(), 1);
    for (String stage : List.of("teacher", "teacher", "K=2 part 1", "K=2 part 2")) {
      ProgressSink killer =
          progress -> {
            if (progress.stage().startsWith(stage)
                && progress.epoch() == 2
                && progress.done() > 100) {
              throw new KilledException();
            }
          };
      assertThrows(KilledException.class, () -> Training.run(options, killer));
    }
    Path resumed = Training.run(options, ProgressSink.SILENT);
    for (var file : Bundle.open(resumed).manifest().files()) {
      assertArrayEquals(
          Files.readAllBytes(bundle.resolve(file.path())),
          Files.readAllBytes(resumed.resolve(file.path())),
          file.path());
    }
  }

  @Test
  void childProcessesLearnTheSameStudents() throws Exception {
    TrainingConfig config = config().toBuilder().ks(List.of(2)).build();
    Path other = Training.run(options(folder, config, 2), ProgressSink.SILENT);
    assertArrayEquals(
        Files.readAllBytes(bundle.resolve(largestOfTheLastPart())),
        Files.readAllBytes(other.resolve(largestOfTheLastPart())));
  }

  private static String largestOfTheLastPart() throws Exception {
    Partitioning two =
        Bundle.open(bundle).manifest().partitioning(Strategy.ROCOIN, 2).orElseThrow();
    return two.partitions().get(1).students().get(5).stages().get(0).model().path();
  }

  @Test
  void replacesABundleButNothingElse() throws Exception {
    Files.writeString(folder.resolve("precious.txt"), "keep");
    TrainingOptions options =
        new TrainingOptions(
            config(),
            DATA,
            shared.resolve("work"),
            folder,
            1,
            1,
            NativeCache.FOLDER,
            Optional.empty(),
            "a test");
    var e = assertThrows(IOException.class, () -> Training.run(options, ProgressSink.SILENT));
    assertTrue(e.getMessage().contains("another folder"), e.getMessage());
    assertTrue(Files.exists(folder.resolve("precious.txt")));
  }

  private static final class KilledException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void exitsAreExportedAndMeasuredAsStated() throws Exception {
    Manifest manifest = Bundle.open(bundle).manifest();
    assertEquals(1, manifest.partitionings(Strategy.DISTREE).size());
    Partitioning stated = manifest.partitioning(Strategy.DISTREE, 2).orElseThrow();
    assertEquals(3, stated.exits().size());
    Student student = stated.partitions().get(0).students().get(0);
    assertEquals("wcn-4-8x3-8-e3", student.name());
    assertEquals(List.of(8, 7, 7), student.stages().get(0).hidden());
    assertTrue(student.flopsTo(1) < student.flopsTo(2) && student.flopsTo(2) < student.flops());
    ExitReport report = ExitEvaluation.run(bundle, DATA, EvaluationOptions.standard(), 0.01);
    ExitReport.OfStudent measured = report.students().get(0);
    for (int exit = 0; exit < 3; exit++) {
      var patterns = stated.exits().get(exit).accuracy();
      double all = patterns.get(patterns.size() - 1).test();
      assertEquals(all, measured.exits().get(exit).accuracy());
    }
    assertEquals(4, measured.policies().size());
    for (ExitReport.OfPolicy policy : measured.policies()) {
      ExitTable table = stated.table(policy.policy(), student.name()).orElseThrow();
      assertEquals(
          table.points().stream().map(OperatingPoint::test).toList(),
          policy.points().stream().map(ExitReport.Point::accuracy).toList());
    }
  }
}
