package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.cli.DurationArgument;
import io.coterie.client.FleetClient;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.topic.Topics;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie undeploy}. */
@Command(
    name = "undeploy",
    description = "Ends a deployment and waits until no board works for it any more.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie undeploy meter-digits"})
public final class UndeployCommand implements Callable<Integer> {
  @Mixin private BrokerOption broker;

  @Parameters(paramLabel = "DEPLOYMENT", description = "its name")
  private String deployment;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "how long to wait for the boards (default: ${DEFAULT-VALUE})")
  private DurationArgument timeout;

  @Option(names = "--json", description = "print what ended as JSON")
  private boolean json;

  /** What ended, and on which agents. */
  private record Ended(String deployment, Set<String> agents) {}

  @Override
  public Integer call() throws InterruptedException {
    if (!Topics.isName(deployment)) {
      throw new CommandException(
          "DEPLOYMENT must be 1 to 64 letters, digits, '.', '_', '-': " + deployment);
    }
    try (FleetClient client = broker.client("undeploy")) {
      Set<String> there = client.deployments();
      if (!there.contains(deployment)) {
        throw new CommandException(
            "no deployment '"
                + deployment
                + "': "
                + (there.isEmpty()
                    ? "nothing is deployed"
                    : "there is " + String.join(", ", there)));
      }
      Set<String> agents = client.view().agentsOf(deployment);
      if (!client.undeploy(deployment, Duration.ofMillis(timeout.ms()))) {
        throw new CommandException(whatIsLeft(client.view()));
      }
      print(new Ended(deployment, agents));
      return 0;
    }
  }

  private String whatIsLeft(FleetView left) {
    if (left.deployment(deployment).spec().isPresent()) {
      return "'"
          + deployment
          + "' was not ended: this login may not, or the broker is slow; an operator's may, from"
          + " 'coterie credential add NAME --role operator'";
    }
    Set<String> agents = left.agentsOf(deployment);
    return "'"
        + deployment
        + "' is not wanted any more, but after "
        + timeout
        + (agents.isEmpty() ? " its plan is still there" : " still runs on " + agents)
        + ": it ends when a hub leads; start one with 'coterie up'";
  }

  private void print(Ended ended) {
    if (json) {
      System.out.println(Json.write(ended));
    } else {
      System.out.println(
          "ended: "
              + deployment
              + (ended.agents().isEmpty()
                  ? ", which ran nowhere"
                  : ", which ran on " + String.join(", ", ended.agents())));
    }
  }
}
