package io.coterie.cli.training;

import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.models.data.Cifar10Fetch;
import io.coterie.models.data.DownloadProgress;
import io.coterie.models.digits.MeterDigits;
import io.coterie.models.training.ProgressPrinter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie data}. */
@Command(
    name = "data",
    description = "Fetches or draws pictures to train and test with.",
    mixinStandardHelpOptions = true,
    subcommands = {DataCommand.Fetch.class, DataCommand.Draw.class},
    synopsisSubcommandLabel = "(fetch | draw)",
    footer = {"", "Example:  coterie data fetch cifar10"})
public final class DataCommand {
  /** {@code coterie data fetch}. */
  @Command(
      name = "fetch",
      description = "Downloads a public data set; goes on where an earlier try stopped.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  coterie data fetch cifar10 --to ~/cifar10"})
  static final class Fetch implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "cifar10 (170 MB)")
    private String name;

    @Option(
        names = "--to",
        paramLabel = "DIR",
        description = "folder (default: ~/.cache/coterie/cifar10)")
    private Path folder;

    @Override
    public Integer call() {
      if (!name.equals("cifar10")) {
        throw new CommandException("unknown data set '" + name + "': there is cifar10");
      }
      try {
        Path target = folder == null ? Folders.cache().resolve("cifar10") : folder;
        Path data = Cifar10Fetch.fetch(target, progress());
        System.out.println("data is in " + data);
        return 0;
      } catch (IOException e) {
        throw new CommandException("cannot fetch cifar10: " + e.getMessage());
      }
    }

    private static DownloadProgress progress() {
      if (!ProgressPrinter.onTerminal()) {
        return (done, total) -> {};
      }
      return (done, total) -> System.err.printf("\r%d of %d MB ", done >> 20, total >> 20);
    }
  }

  /** {@code coterie data draw}. */
  @Command(
      name = "draw",
      description = "Writes drawn water-meter digits as a folder of PNG files per class.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  coterie data draw --to digits --count 1000"})
  static final class Draw implements Callable<Integer> {
    @Option(names = "--to", paramLabel = "DIR", required = true, description = "folder")
    private Path folder;

    @Option(
        names = "--count",
        paramLabel = "N",
        defaultValue = "1000",
        description = "number of pictures (default: ${DEFAULT-VALUE})")
    private int count;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "1000",
        description = "decides what is drawn (default: ${DEFAULT-VALUE})")
    private long seed;

    @Override
    public Integer call() {
      if (count < 1) {
        throw new CommandException("--count must be >= 1: " + count);
      }
      try {
        MeterDigits.write(folder, seed, count);
        System.out.println(count + " pictures are in " + folder);
        return 0;
      } catch (IOException e) {
        throw new CommandException("cannot write to " + folder + ": " + e.getMessage());
      }
    }
  }
}
