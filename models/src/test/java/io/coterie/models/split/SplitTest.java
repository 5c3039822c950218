package io.coterie.models.split;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.inference.BatchRunner;
import io.coterie.inference.StagedRunner;
import io.coterie.models.data.ImageShape;
import io.coterie.models.evaluation.EvaluationOptions;
import io.coterie.models.evaluation.PipelineEvaluation;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.OnnxWriter;
import io.coterie.models.training.ProgressSink;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitTest {
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
  private static final String DATA = "meter-digits:300,80,90";

  @TempDir Path folder;
  private Path file;
  private Net net;

  @BeforeEach
  void exportAResidualNetwork() throws IOException {
    net = Architecture.parse("wrn-10-0.5-s2").teacher(SHAPE, 10).withOutputs(Architecture.LOGITS);
    file = folder.resolve("wrn.onnx");
    Files.write(file, OnnxWriter.write(net, Weights.initial(net, 5)));
  }

  private SplitOptions options(String... cuts) {
    return new SplitOptions(
        file,
        List.of(cuts),
        DATA,
        folder.resolve("bundle"),
        "wrn",
        1,
        Optional.empty(),
        List.of(),
        List.of(),
        250,
        1,
        "a test");
  }

  private Pipeline split(String... cuts) throws Exception {
    Path bundle = Split.run(options(cuts), ProgressSink.SILENT);
    return Bundle.open(bundle).manifest().pipelines().get(0);
  }

  private static float[] images(int n) {
    return floats(n * SHAPE.size());
  }

  private static float[] floats(int count) {
    SplittableRandom random = new SplittableRandom(3);
    float[] values = new float[count];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void segmentsOneAfterAnotherGiveTheModelsLogits() throws Exception {
    Pipeline pipeline = split("g0b0", "g1b0");
    Bundle bundle = Bundle.open(folder.resolve("bundle"));
    float[] images = images(5);
    List<byte[]> graphs =
        pipeline.segments().stream().map(segment -> bundle.bytes(segment.model())).toList();
    float[] expected;
    try (BatchRunner model = new BatchRunner(Files.readAllBytes(file), 1)) {
      expected = model.run(images);
    }
    int size = SHAPE.size();
    try (StagedRunner chain = new StagedRunner(graphs, 1)) {
      List<float[]> found =
          chain.run(
              5, (from, to, out) -> out.put(images, from * size, (to - from) * size), done -> {});
      assertEquals(3, found.size());
      assertArrayEquals(expected, found.get(2), 1e-5f);
    }
    assertEquals(List.of(8, 16, 16), pipeline.segment(1).activation());
    assertEquals(List.of(16, 8, 8), pipeline.segment(2).activation());
  }

  @Test
  void theBundleStatesWhatEvaluationFinds() throws Exception {
    Pipeline pipeline = split("g0b0", "g1b0");
    var report =
        PipelineEvaluation.run(folder.resolve("bundle"), DATA, EvaluationOptions.standard(), 0.01);
    var measured = report.pipelines().get(0);
    assertEquals(pipeline.wholeTest(), measured.wholeAccuracy());
    assertEquals(report.teacherAccuracy(), measured.wholeAccuracy());
    assertTrue(measured.wholeDifference() < 1e-5);
    var table = pipeline.table(ExitPolicy.ENTROPY).orElseThrow();
    assertEquals(table.toTheEnd().test(), measured.accuracy());
    var provenance = Bundle.open(folder.resolve("bundle")).manifest().provenance();
    assertEquals("g0b0, g1b0", provenance.get("cuts"));
    assertEquals("1", provenance.get("seed"));
  }

  @Test
  void listsWhereToCutWithShapesAndComputation() throws IOException {
    List<Place> places = Split.places(Files.readAllBytes(file), Optional.empty());
    List<String> names = places.stream().map(Place::tensor).toList();
    assertEquals(List.of("g0b0.relu1", "g1b0.relu1", "g2b0.relu1", "top.relu"), names);
    assertEquals(List.of(16, 8, 8), places.get(2).shape());
    assertTrue(places.get(0).flops() < places.get(1).flops());
    assertEquals(1, places.get(3).flops(), 0.01);
  }

  @Test
  void countsTheComputationOfConvolutionsAndLinearLayers() throws Exception {
    Pipeline pipeline = split("g0b0");
    long counted = 0;
    for (Node node : net.nodes()) {
      long size = net.extents().get(node.name()).size();
      if (node instanceof Node.Conv conv) {
        counted += 2L * conv.kernel() * conv.kernel() * conv.in() * size;
      } else if (node instanceof Node.Linear linear) {
        counted += 2L * linear.in() * size;
      }
    }
    int exit = 2 * 8 * 10;
    assertEquals(counted + exit, pipeline.flopsTo(2));
  }

  @Test
  void refusesATensorWithinABranchAndSaysWhatCrosses() {
    var e = assertThrows(IllegalArgumentException.class, () -> split("g1b0.conv1"));
    assertTrue(e.getMessage().contains("'g1b0.conv1' does not separate"), e.getMessage());
    assertTrue(e.getMessage().contains("'g1b0.relu1' also crosses"), e.getMessage());
    assertTrue(e.getMessage().contains("'g1b0.relu1', 'g2b0.relu1'"), e.getMessage());
  }

  @Test
  void refusesUnknownTensorsWrongOrderAndVectors() {
    var unknown = assertThrows(IllegalArgumentException.class, () -> split("layer1"));
    assertTrue(unknown.getMessage().contains("no tensor 'layer1'"), unknown.getMessage());
    assertTrue(unknown.getMessage().contains("'g0b0.relu1', 'g1b0.relu1'"), unknown.getMessage());
    var order = assertThrows(IllegalArgumentException.class, () -> split("g1b0", "g0b0"));
    assertTrue(
        order.getMessage().contains("'g0b0' does not come after 'g1b0'"), order.getMessage());
    assertThrows(IllegalArgumentException.class, () -> split("g0b0", "g0b0"));
    var vector = assertThrows(IllegalArgumentException.class, () -> split("features"));
    assertTrue(vector.getMessage().contains("no feature map"), vector.getMessage());
    assertFalse(Files.exists(folder.resolve("bundle")));
  }

  @Test
  void seesASkipConnectionAroundTheCut() throws IOException {
    List<Node> nodes =
        List.of(
            new Node.Conv("a", Net.INPUT, 3, 4, 3, 1),
            new Node.Relu("b", "a"),
            new Node.Conv("c", "b", 4, 4, 3, 1),
            new Node.Relu("d", "c"),
            new Node.Add("e", "d", "a"),
            new Node.GlobalPool("f", "e"),
            new Node.Linear("out", "f", 4, 10));
    Net skip = new Net("skip", SHAPE, nodes, List.of("out"));
    Files.write(file, OnnxWriter.write(skip, Weights.initial(skip, 1)));
    var e = assertThrows(IllegalArgumentException.class, () -> split("d"));
    assertTrue(e.getMessage().contains("'a' also crosses there"), e.getMessage());
    List<Place> places = Split.places(Files.readAllBytes(file), Optional.empty());
    assertEquals(List.of("a", "e"), places.stream().map(Place::tensor).toList());
  }

  @Test
  void refusesDataThatDoesNotFit() throws IOException {
    Net five = Architecture.parse("wrn-10-0.5-s2").teacher(SHAPE, 5).withOutputs("logits");
    Files.write(file, OnnxWriter.write(five, Weights.initial(five, 5)));
    var e = assertThrows(IllegalArgumentException.class, () -> split("g0b0"));
    assertTrue(e.getMessage().contains("5 classes apart, the data has 10"), e.getMessage());
  }
}
