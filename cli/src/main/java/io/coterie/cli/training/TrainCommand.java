package io.coterie.cli.training;

import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.inference.NativeLibraries;
import io.coterie.models.training.ProgressPrinter;
import io.coterie.models.training.Training;
import io.coterie.models.training.TrainingConfig;
import io.coterie.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code coterie train}. */
@Command(
    name = "train",
    description =
        "Trains a teacher, distils students and fusion layers, and writes a bundle. Stopped runs go"
            + " on where they were.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie train --preset meter-digits --out my-digits",
      "          coterie train --preset cifar10 --data ~/cifar10 --out my-cifar",
      "          coterie train --preset images --name pets --data ~/pets --out pets"
    })
public final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      required = true,
      description = "what to train and how: meter-digits, cifar10 or images (own pictures)")
  private String preset;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description =
          "CIFAR-10's folder, a folder of images per class, or meter-digits (default for that"
              + " preset)")
  private String data;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "the bundle's folder")
  private Path out;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "folder for checkpoints (default: ~/.cache/coterie/train-NAME)")
  private Path work;

  @Option(names = "--name", paramLabel = "NAME", description = "(default: the preset's)")
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
      description = "students trained side by side (default: number of cores)")
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
              out,
              threads,
              jobs == null ? cores : jobs,
              Folders.cache().resolve("libtorch"),
              "coterie "
                  + String.join(
                      " ", spec.commandLine().getParent().getParseResult().originalArgs()));
      Path bundle = Training.run(options, ProgressPrinter.standard());
      System.out.println(
          "bundle written: " + bundle + " (see it with: coterie bundle inspect " + bundle + ")");
      return 0;
    } catch (IllegalArgumentException | IOException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private TrainingConfig config() {
    TrainingConfig config = TrainingConfig.preset(preset);
    if (name != null) {
      config = config.withName(name);
    }
    if (seed != null) {
      config = config.withSeed(seed);
    }
    return partitions == null ? config : config.withKs(partitions);
  }

  private String data() {
    if (data != null) {
      return data;
    }
    if (preset.equals("meter-digits")) {
      return preset;
    }
    throw new CommandException("say where the pictures are with --data");
  }
}
