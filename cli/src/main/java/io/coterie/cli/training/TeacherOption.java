package io.coterie.cli.training;

import io.coterie.cli.CommandException;
import io.coterie.inference.BatchRunner;
import io.coterie.models.data.ImageShape;
import io.coterie.models.training.GivenTeacher;
import io.coterie.models.training.TrainingConfigBuilder;
import io.coterie.protocol.bundle.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** A classifier that was trained elsewhere, as the teacher. */
final class TeacherOption {
  /** Students of larger pictures than this would be slow to train; the teacher's are scaled up. */
  private static final int LARGEST_SIDE = 64;

  @Option(
      names = "--teacher",
      paramLabel = "FILE",
      required = true,
      description = "a classifier in ONNX to learn from; its classes are the folders, A to Z")
  private Path file;

  @Option(
      names = "--features",
      paramLabel = "TENSOR",
      required = true,
      description = "the tensor that the teacher's last layer reads")
  private String features;

  @Option(
      names = "--teacher-mean",
      paramLabel = "M",
      split = ",",
      description = "what the teacher wants subtracted from pixels in 0..1 (default: the data's)")
  private List<Double> mean;

  @Option(
      names = "--teacher-std",
      paramLabel = "S",
      split = ",",
      description = "what it then wants them divided by (default: the data's)")
  private List<Double> std;

  Path file() {
    return file;
  }

  void applyTo(TrainingConfigBuilder config) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CommandException("no file " + file + ": name an ONNX file with --teacher");
    }
    String name = file.getFileName().toString().replaceFirst("[.]onnx$", "");
    config.name(name.replaceAll("[^A-Za-z0-9._-]", "-"));
    config.given(name, new GivenTeacher(Digest.of(bytes), features, mean, std));
    try (BatchRunner model = new BatchRunner(bytes, 1)) {
      long[] shape = model.inputShape();
      if (shape.length == 4 && shape[1] > 0 && isSmall(shape[2]) && isSmall(shape[3])) {
        config.input(new ImageShape((int) shape[1], (int) shape[2], (int) shape[3]));
      }
    }
  }

  private static boolean isSmall(long side) {
    return side > 0 && side <= LARGEST_SIDE;
  }
}
