package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.cli.DurationArgument;
import io.coterie.client.FleetClient;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie send}. */
@Command(
    name = "send",
    description = "Publishes pictures and prints their results.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie send --deployment meter-digits photo.jpg"})
public final class SendCommand implements Callable<Integer> {
  @Mixin private BrokerOption broker;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "JPEG or PNG files")
  private List<Path> files;

  @Option(names = "--deployment", paramLabel = "NAME", required = true)
  private String deployment;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      defaultValue = "cli",
      description = "last level of the input topic (default: ${DEFAULT-VALUE})")
  private String source;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "how long to wait for a result (default: ${DEFAULT-VALUE})")
  private DurationArgument timeout;

  @Option(names = "--json", description = "print results as JSON lines")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (!Topics.isName(deployment) || !Topics.isName(source)) {
      throw new CommandException(
          "--deployment and --source must be letters, digits, '.', '_', '-': "
              + deployment
              + " "
              + source);
    }
    try (FleetClient client = broker.client("send")) {
      boolean allAnswered = true;
      for (Path file : files) {
        allAnswered &= send(client, file);
      }
      return allAnswered ? 0 : 1;
    }
  }

  private boolean send(FleetClient client, Path file) throws InterruptedException {
    try {
      Result result =
          client.frame(deployment, source, read(file), Duration.ofMillis(timeout.ms())).get();
      print(file, result);
      return result.status() == Outcome.OK || result.status() == Outcome.DEGRADED;
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TimeoutException)) {
        throw new CommandException("no result for " + file + ": " + e.getCause().getMessage(), e);
      }
      throw new CommandException(
          "no result for "
              + file
              + " within "
              + timeout
              + ": is '"
              + deployment
              + "' deployed? (coterie watch shows what runs)",
          e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CommandException("cannot read " + file + ": " + e.getMessage());
    }
  }

  private void print(Path file, Result result) {
    if (json) {
      System.out.println(Json.write(result));
    } else if (result.label() == null) {
      System.out.printf("%s: %s: %s%n", file, status(result), result.reason());
    } else {
      System.out.printf(
          Locale.ROOT,
          "%s: %s (%.1f %%) %s, %d of %d portions, %.1f ms%n",
          file,
          result.label(),
          100 * result.confidence(),
          status(result),
          result.portions().have(),
          result.portions().of(),
          result.latencyMs());
    }
  }

  private static String status(Result result) {
    return result.status().toString().toLowerCase(Locale.ROOT);
  }
}
