package io.coterie.cli.training;

import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.inference.NativeLibraries;
import io.coterie.models.data.ImageShape;
import io.coterie.models.training.ProgressPrinter;
import io.coterie.models.training.Training;
import io.coterie.models.training.TrainingConfig;
import io.coterie.models.training.TrainingConfigBuilder;
import io.coterie.models.training.TrainingOptions;
import io.coterie.protocol.bundle.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code coterie train}. */
@Command(
    name = "train",
    description =
        "Trains a teacher, distils students, fusion layers and pipelines, and writes a bundle."
            + " Stopped runs go on where they were.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie train --preset meter-digits --out my-digits",
      "          coterie train --preset cifar10 --data ~/cifar10 --out my-cifar",
      "          coterie train --preset cifar10 --data ~/cifar10 --strategy mdi-exit --out segments",
      "          coterie train --preset images --name pets --data ~/pets --out pets",
      "          coterie train --teacher pets.onnx --features /avgpool/output --data ~/pets --out pets"
    })
public final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "what to train and how: meter-digits, cifar10 or images (own pictures); images "
              + "where --teacher is given")
  private String preset;

  @ArgGroup(exclusive = false)
  private TeacherOption teacher;

  @Option(
      names = "--input",
      paramLabel = "CxHxW",
      description =
          "what a folder's pictures are brought to, such as 1x28x28 (default: 3x32x32, or "
              + "what a small teacher reads)")
  private String input;

  @Option(
      names = "--strategy",
      paramLabel = "STRATEGY",
      description =
          "train only what it needs: rocoin, distree or mdi-exit (default: all that the preset has)")
  private Strategy strategy;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "passes of each student or pipeline over the pictures (default: the preset's)")
  private Integer epochs;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description =
          "CIFAR-10's folder, a folder of images per class, or meter-digits (default for that"
              + " preset)")
  private String data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "the bundle's folder (default: one of the bundle's name, here)")
  private Path out;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "folder for checkpoints (default: ~/.cache/coterie/train-NAME)")
  private Path work;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "of the bundle (default: the preset's, or the teacher's)")
  private String name;

  @Option(names = "--seed", paramLabel = "N", description = "(default: the preset's, 1)")
  private Long seed;

  @Option(
      names = "--partitions",
      paramLabel = "K",
      split = ",",
      description = "numbers of partitions, such as 2,3,4 (default: the preset's)")
  private List<Integer> partitions;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "students and pipelines trained side by side (default: number of cores)")
  private Integer jobs;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "threads for the teacher; more pay only where nothing else runs (default:"
              + " ${DEFAULT-VALUE})")
  private int threads;

  @Override
  public Integer call() {
    int cores = Runtime.getRuntime().availableProcessors();
    try {
      NativeLibraries.unpackTo(Folders.cache());
      TrainingConfig config = config();
      TrainingOptions options =
          new TrainingOptions(
              config,
              data(),
              work == null ? Folders.cache().resolve("train-" + config.name()) : work,
              out == null ? Path.of(config.name()) : out,
              threads,
              jobs == null ? cores : jobs,
              Folders.cache().resolve("libtorch"),
              Optional.ofNullable(teacher).map(TeacherOption::file),
              typed(spec));
      Path bundle = Training.run(options, ProgressPrinter.standard());
      printWritten(bundle);
      return 0;
    } catch (IllegalArgumentException | IOException e) {
      throw new CommandException(e.getMessage());
    }
  }

  /** The command line as the user typed it, for provenance. */
  static String typed(CommandSpec spec) {
    return "coterie "
        + String.join(" ", spec.commandLine().getParent().getParseResult().originalArgs());
  }

  static void printWritten(Path bundle) {
    System.out.println(
        "bundle written: " + bundle + " (see it with: coterie bundle inspect " + bundle + ")");
  }

  private TrainingConfig config() throws IOException {
    if (preset == null && teacher == null) {
      throw new CommandException(
          "say what to train with --preset, or name a teacher with --teacher and --features");
    }
    TrainingConfigBuilder config =
        TrainingConfig.preset(preset == null ? "images" : preset).toBuilder();
    if (teacher != null) {
      teacher.applyTo(config);
    }
    if (input != null) {
      config.input(ImageShape.parse(input));
    }
    if (name != null) {
      config.name(name);
    }
    if (seed != null) {
      config.seed(seed);
    }
    if (partitions != null) {
      config.ks(partitions);
    }
    if (epochs != null) {
      config.studentEpochs(epochs).pipelineEpochs(epochs);
    }
    return strategy == null ? config.build() : config.build().only(strategy);
  }

  private String data() {
    if (data != null) {
      return data;
    }
    if ("meter-digits".equals(preset)) {
      return preset;
    }
    throw new CommandException("say where the pictures are with --data");
  }
}
