package io.coterie.cli.training;

import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.inference.NativeLibraries;
import io.coterie.models.data.ImageShape;
import io.coterie.models.evaluation.PipelinePrinter;
import io.coterie.models.split.Place;
import io.coterie.models.split.Split;
import io.coterie.models.split.SplitOptions;
import io.coterie.models.training.ProgressPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code coterie split}. */
@Command(
    name = "split",
    description =
        "Cuts a classifier in ONNX into segments with an exit at each cut, for the strategy"
            + " mdi-exit. Without --at, lists where it can be cut.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie split pets.onnx",
      "          coterie split pets.onnx --at /layer1/out,/layer2/out --data ~/pets --out pets"
    })
public final class SplitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "ONNX file: image in, one value a class out")
  private Path model;

  @Option(
      names = "--at",
      paramLabel = "TENSOR",
      split = ",",
      description = "tensors to cut at, from the image to the answer")
  private List<String> cuts;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description =
          "CIFAR-10's folder, or a folder of images per class; the model's classes are the"
              + " folders, A to Z")
  private String data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "the bundle's folder (default: one of the bundle's name, here)")
  private Path out;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "of the bundle (default: the file's)")
  private String name;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "decides how a folder is split, and how exits learn (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--input",
      paramLabel = "CxHxW",
      description =
          "what pictures are brought to, such as 3x224x224 (default: what the model says)")
  private String input;

  @Option(
      names = "--mean",
      paramLabel = "M",
      split = ",",
      description = "what the model wants subtracted from pixels in 0..1 (default: the data's)")
  private List<Double> mean;

  @Option(
      names = "--std",
      paramLabel = "S",
      split = ",",
      description = "what it then wants them divided by (default: the data's)")
  private List<Double> std;

  @Option(
      names = "--first",
      paramLabel = "N",
      description = "exits learn from the first N training pictures (default: all)")
  private Integer first;

  @Override
  public Integer call() {
    try {
      NativeLibraries.unpackTo(Folders.cache());
      if (cuts == null) {
        list(Split.places(Files.readAllBytes(model), shape()));
        return 0;
      }
      if (data == null) {
        throw new CommandException("say where the pictures are with --data");
      }
      Path bundle = Split.run(options(), ProgressPrinter.standard());
      TrainCommand.printWritten(bundle);
      return 0;
    } catch (NoSuchFileException e) {
      throw new CommandException("no file " + e.getMessage());
    } catch (IllegalArgumentException | IOException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private Optional<ImageShape> shape() {
    return Optional.ofNullable(input).map(ImageShape::parse);
  }

  private SplitOptions options() {
    String file = model.getFileName().toString().replaceFirst("[.]onnx$", "");
    String called = name == null ? file.replaceAll("[^A-Za-z0-9._-]", "-") : name;
    return new SplitOptions(
        model,
        cuts,
        data,
        out == null ? Path.of(called) : out,
        called,
        seed,
        shape(),
        mean,
        std,
        first == null ? Integer.MAX_VALUE : first,
        Runtime.getRuntime().availableProcessors(),
        TrainCommand.typed(spec));
  }

  private static void list(List<Place> places) {
    if (places.isEmpty()) {
      System.out.println("no tensor separates the model: it cannot be cut");
      return;
    }
    int width = places.stream().mapToInt(place -> place.tensor().length()).max().orElse(0);
    for (Place place : places) {
      System.out.printf(
          Locale.ROOT,
          "%-" + width + "s  %5.1f %% of the computation before it, passes on %s%n",
          place.tensor(),
          100 * place.flops(),
          PipelinePrinter.activation(place.shape()));
    }
  }
}
