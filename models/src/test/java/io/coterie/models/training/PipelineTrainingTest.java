package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coterie.models.data.ImageShape;
import io.coterie.models.evaluation.EvaluationOptions;
import io.coterie.models.evaluation.ExitReport;
import io.coterie.models.evaluation.PipelineEvaluation;
import io.coterie.models.evaluation.PipelineReport;
import io.coterie.models.net.Weights;
import io.coterie.models.torch.NativeCache;
import io.coterie.models.torch.Torch;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.bundle.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings of pipelines, small enough for seconds. Skipped without libtorch's natives. */
@Tag("training")
class PipelineTrainingTest {
  private static final String DATA = "meter-digits:500,120,130";
  private static final PipelineNet PLAIN =
      PipelineNet.of("wcn-8-16-16", TrainingSchedule.oneCycle(8, 16, 0.1), "g0.relu2", "g1.relu2");

  @TempDir static Path shared;
  @TempDir Path folder;

  private static final List<TrainingProgress> PROGRESS = new ArrayList<>();
  private static Path bundle;

  @BeforeAll
  static void trainOnce() throws IOException {
    assumeTrue(Torch.available(), "libtorch's natives are not on the class path");
    bundle = Training.run(options(shared, config(), 1), PROGRESS::add);
  }

  private static TrainingConfig config() {
    return new TrainingConfig(
        "tiny",
        TestSeed.VALUE,
        new ImageShape(3, 32, 32),
        new Augmentation(1, false),
        "wcn-8-16-32",
        TrainingSchedule.oneCycle(6, 16, 0.05),
        2,
        List.of(2),
        List.of(),
        TrainingSchedule.oneCycle(2, 16, 0.05),
        List.of(
            PLAIN.withAutoencoders(new Autoencoder(4, List.of(1), 3)),
            PipelineNet.of(
                "mbn-8-8x2-16x1-32", TrainingSchedule.oneCycle(2, 16, 0.1), "g0b1", "g1b0")),
        Distillation.standard(),
        FusionSettings.standard(),
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

  private static Pipeline pipeline(String name) throws Exception {
    return Bundle.open(bundle).manifest().pipeline(name).orElseThrow();
  }

  @Test
  void theBundleHasEveryPipelineAndNoStudents() throws Exception {
    Manifest manifest = Bundle.open(bundle).manifest();
    assertEquals(List.of(), manifest.partitionings());
    assertEquals(
        List.of("wcn-8-16-16", "wcn-8-16-16-ae4", "mbn-8-8x2-16x1-32"),
        manifest.pipelines().stream().map(Pipeline::name).toList());
    assertEquals(1 + 3 * 3 + 2, manifest.files().size(), "the first two share the whole network");
    assertEquals("8", manifest.provenance().get("pipelineEpochs wcn-8-16-16"));
  }

  @Test
  void segmentsSayWhatTravels() throws Exception {
    List<Segment> segments = pipeline("wcn-8-16-16").segments();
    assertEquals(List.of(8, 15, 15), segments.get(0).activation());
    assertEquals(List.of(16, 7, 7), segments.get(1).activation());
    assertEquals(List.of(), segments.get(2).activation());
    List<Segment> compressed = pipeline("wcn-8-16-16-ae4").segments();
    assertEquals(List.of(2, 15, 15), compressed.get(0).activation());
    assertEquals(List.of(16, 7, 7), compressed.get(1).activation());
    assertTrue(compressed.get(1).flops() > segments.get(1).flops(), "the decoder");
    assertEquals(segments.get(2).model().sha256(), compressed.get(2).model().sha256());
  }

  @Test
  void learnsMoreThanChanceAndKeepsMostOfItBehindTheAutoencoder() throws Exception {
    Pipeline plain = pipeline("wcn-8-16-16");
    double end = plain.table(ExitPolicy.MAX_SOFTMAX).orElseThrow().toTheEnd().validation();
    assertEquals(plain.wholeValidation(), end);
    assertTrue(end > 0.2, "pipeline " + end);
    Pipeline compressed = pipeline("wcn-8-16-16-ae4");
    assertEquals(plain.wholeValidation(), compressed.wholeValidation());
    double behind = compressed.table(ExitPolicy.MAX_SOFTMAX).orElseThrow().toTheEnd().validation();
    assertTrue(behind > 0.15, "autoencoder " + behind);
  }

  @Test
  void theLossFalls() {
    for (String title : List.of("pipeline wcn-8-16-16", "pipeline mbn-8-8x2-16x1-32")) {
      List<Double> losses =
          PROGRESS.stream()
              .filter(p -> p.stage().equals(title) && p.epochs() > 0 && p.complete())
              .map(p -> Double.valueOf(p.detail().replace("loss ", "")))
              .toList();
      assertTrue(losses.get(losses.size() - 1) < losses.get(0), title + " " + losses);
    }
  }

  @Test
  void policiesThatJudgeOneExitHavePoints() throws Exception {
    for (Pipeline pipeline : Bundle.open(bundle).manifest().pipelines()) {
      assertEquals(
          List.of(ExitPolicy.MAX_SOFTMAX, ExitPolicy.ENTROPY),
          pipeline.policies().stream().map(ExitTable::policy).toList());
      for (ExitTable table : pipeline.policies()) {
        var last = table.points().get(table.points().size() - 1);
        assertTrue(last.computation() < table.toTheEnd().computation());
      }
    }
  }

  @Test
  void evaluationFindsWhatTheManifestStates() throws Exception {
    Manifest manifest = Bundle.open(bundle).manifest();
    PipelineReport report =
        PipelineEvaluation.run(bundle, DATA, EvaluationOptions.standard(), 0.01);
    for (int i = 0; i < manifest.pipelines().size(); i++) {
      Pipeline stated = manifest.pipelines().get(i);
      PipelineReport.OfPipeline measured = report.pipelines().get(i);
      assertEquals(stated.wholeTest(), measured.wholeAccuracy());
      assertEquals(stated.policies().get(0).toTheEnd().test(), measured.accuracy());
      boolean plain = !stated.name().endsWith("ae4");
      assertEquals(plain, measured.wholeDifference() < 1e-4, stated.name());
      assertEquals(
          stated.policies().get(1).points().stream().map(OperatingPoint::test).toList(),
          measured.policies().get(1).points().stream().map(ExitReport.Point::accuracy).toList());
    }
    PipelineReport.OfPipeline first = report.pipelines().get(0);
    assertEquals(4 * 8 * 15 * 15, first.segments().get(0).bytes());
    double all = 4 * 8 * 15 * 15 + 4 * 16 * 7 * 7;
    assertEquals(all, first.meanBytes(first.policies().get(0).points().get(0)), 1e-9);
  }

  @Test
  void anAutoencoderLeavesTheBackboneAlone() throws Exception {
    List<PipelineTask> tasks = config().pipelines().get(0).tasks();
    Session session = Session.open(config(), DATA, shared.resolve("work"), ProgressSink.SILENT);
    Weights plain = session.pipelines().weights(tasks.get(0));
    Weights compressed = session.pipelines().weights(tasks.get(1));
    for (Map.Entry<String, float[]> entry : plain.values().entrySet()) {
      if (!entry.getKey().equals(Fit.SECONDS)) {
        assertArrayEquals(
            entry.getValue(), compressed.values().get(entry.getKey()), entry.getKey());
      }
    }
    assertTrue(compressed.values().containsKey("g0.relu2.encoder.weight"));
  }

  @Test
  void aSecondRunRepeatsNothing() throws Exception {
    List<String> epochs = new ArrayList<>();
    Training.run(
        options(shared, config(), 1),
        progress -> {
          if (progress.epochs() > 0) {
            epochs.add(progress.stage());
          }
        });
    assertEquals(List.of(), epochs);
  }

  @Test
  void aKilledTrainingEndsInTheSameBundle() throws Exception {
    TrainingConfig config =
        config().toBuilder().pipelines(config().pipelines().subList(0, 1)).build();
    TrainingOptions options = options(folder, config, 1);
    for (String stage : List.of("pipeline wcn-8-16-16", "pipeline wcn-8-16-16-ae4")) {
      ProgressSink killer =
          progress -> {
            int last = stage.endsWith("ae4") ? 2 : 3;
            if (progress.stage().equals(stage) && progress.epoch() == last) {
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
  void childProcessesLearnPipelinesToo() throws Exception {
    Path other = Training.run(options(folder, config(), 2), ProgressSink.SILENT);
    for (Pipeline pipeline : Bundle.open(other).manifest().pipelines()) {
      String path = pipeline.segments().get(2).model().path();
      assertArrayEquals(
          Files.readAllBytes(bundle.resolve(path)), Files.readAllBytes(other.resolve(path)), path);
    }
  }

  @Test
  void aStrategyKeepsOnlyWhatItNeeds() {
    TrainingConfig preset = TrainingConfig.preset("cifar10");
    TrainingConfig mdi = preset.only(Strategy.MDI_EXIT);
    assertEquals(List.of(), mdi.students());
    assertEquals(preset.pipelines(), mdi.pipelines());
    assertEquals(List.of(), preset.only(Strategy.DISTREE).pipelines());
    assertEquals(1, preset.only(Strategy.DISTREE).students().size());
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TrainingConfig.preset("images").only(Strategy.MDI_EXIT));
    assertTrue(e.getMessage().contains("mdi-exit"), e.getMessage());
  }

  private static final class KilledException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
