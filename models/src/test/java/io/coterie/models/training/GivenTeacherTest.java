package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coterie.models.data.ImageShape;
import io.coterie.models.evaluation.Evaluation;
import io.coterie.models.evaluation.EvaluationOptions;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.OnnxWriter;
import io.coterie.models.torch.NativeCache;
import io.coterie.models.torch.Torch;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier from elsewhere and a folder of small grey pictures. */
@Tag("training")
class GivenTeacherTest {
  private static final ImageShape GREY = new ImageShape(1, 28, 28);

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void needsLibtorch() {
    assumeTrue(Torch.available(), "libtorch's natives are not on the class path");
  }

  /** Class c is a bright square in a place of its own; some noise. */
  private Path pictures(int classes, int perClass) throws IOException {
    SplittableRandom random = new SplittableRandom(TestSeed.VALUE);
    Path data = folder.resolve("pictures");
    for (int label = 0; label < classes; label++) {
      Path own = Files.createDirectories(data.resolve("class" + label));
      for (int i = 0; i < perClass; i++) {
        var image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < 784; p++) {
          boolean inside = p / 28 / 7 == label / 4 && p % 28 / 7 == label % 4;
          image.getRaster().setSample(p % 28, p / 28, 0, random.nextInt(60) + (inside ? 150 : 0));
        }
        ImageIO.write(image, "png", own.resolve(i + ".png").toFile());
      }
    }
    return data;
  }

  private Path teacher(int labels) throws IOException {
    Net net = Architecture.parse("wcn-8-24").teacher(GREY, labels);
    Path file = folder.resolve("mine.onnx");
    Files.write(
        file, OnnxWriter.write(net.withOutputs("logits"), Weights.initial(net, TestSeed.VALUE)));
    return file;
  }

  private static TrainingConfigBuilder config() {
    return TrainingConfig.preset("images").toBuilder()
        .name("mine")
        .seed(TestSeed.VALUE)
        .input(GREY)
        .ks(List.of(2))
        .nets("wcn-8-24", List.of("wcn-4-8"))
        .augmentation(new Augmentation(1, false))
        .teacherEpochs(25)
        .studentEpochs(20);
  }

  private Path train(Path data, TrainingConfig config, Optional<Path> teacher, String work)
      throws IOException {
    TrainingOptions options =
        new TrainingOptions(
            config,
            data.toString(),
            folder.resolve(work),
            folder.resolve(work + "-bundle"),
            1,
            1,
            NativeCache.FOLDER,
            teacher,
            "a test");
    return Training.run(options, progress -> notes.add(progress.stage() + progress.detail()));
  }

  private Path train(Path data, Path teacher, String features) throws IOException {
    String sha256 = Digest.of(Files.readAllBytes(teacher));
    GivenTeacher given = new GivenTeacher(sha256, features, List.of(), List.of());
    TrainingConfig config = config().given("mine", given).build();
    return train(data, config, Optional.of(teacher), "given");
  }

  @Test
  void theTeacherOfABundleTeachesAgain() throws Exception {
    Path data = pictures(10, 40);
    Files.writeString(data.resolve("class3/broken.png"), "no picture");
    Path first = train(data, config().build(), Optional.empty(), "learnt");
    Path bundle = train(data, first.resolve("teacher.onnx"), "top.relu");
    Manifest manifest = Bundle.open(bundle).manifest();
    assertEquals(10, manifest.labels().size());
    assertEquals("mine", manifest.teacher().name());
    assertEquals(1, manifest.input().channels());
    assertEquals(28, manifest.input().height());
    assertEquals(24, manifest.partitioning(Strategy.ROCOIN, 2).orElseThrow().featureSize());
    assertEquals(Bundle.open(first).manifest().teacher().test(), manifest.teacher().test());
    var report = Evaluation.run(bundle, data.toString(), EvaluationOptions.standard());
    assertEquals(manifest.teacher().test(), report.teacherAccuracy());
    assertTrue(report.teacherAccuracy() > 0.8, "teacher " + report.teacherAccuracy());
    double students = report.partitionings().get(0).ensembles().get(2).accuracy();
    assertTrue(students > 0.8, "students " + students);
    assertTrue(
        students > report.teacherAccuracy() - 0.15,
        "students " + students + ", teacher " + report.teacherAccuracy());
    assertTrue(notes.stream().anyMatch(n -> n.contains("broken.png")), notes.toString());
  }

  @Test
  void aTeacherOfOtherClassesLendsItsFeatures() throws Exception {
    Path data = pictures(4, 40);
    Path bundle = train(data, teacher(7), "top.relu");
    assertTrue(
        notes.stream().anyMatch(n -> n.contains("it knows 7 classes, the data 4")),
        notes.toString());
    double teacher = Bundle.open(bundle).manifest().teacher().test();
    assertTrue(teacher > 0.5, "teacher " + teacher);
  }

  @Test
  void aMissingTensorIsNamed() throws Exception {
    Path data = pictures(2, 10);
    Path teacher = teacher(2);
    var e = assertThrows(IllegalArgumentException.class, () -> train(data, teacher, "no.such"));
    assertTrue(e.getMessage().contains("no.such"), e.getMessage());
  }
}
