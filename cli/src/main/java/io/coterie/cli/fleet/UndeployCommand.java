package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.cli.DurationArgument;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
  private static final long COLLECT_MS = 800;

  private static final List<Topic> TOPICS =
      List.of(
          Topic.DEPLOYMENT_SPEC, Topic.DEPLOYMENT_PLAN, Topic.AGENT_ASSIGNMENT, Topic.AGENT_STATE);

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

  private final RetainedDeployments retained = new RetainedDeployments();
  private final Semaphore changes = new Semaphore(0);

  /** What ended, and on which agents. */
  private record Ended(String deployment, Set<String> agents) {}

  @Override
  public Integer call() throws InterruptedException {
    Topics topics = broker.topics();
    if (!Topics.isName(deployment)) {
      throw new CommandException(
          "DEPLOYMENT must be 1 to 64 letters, digits, '.', '_', '-': " + deployment);
    }
    try (MessageBus bus = broker.connect("undeploy");
        Deployment ending = new Deployment(bus, topics, deployment)) {
      TOPICS.forEach(topic -> bus.subscribe(topics.filter(topic), 1, this::heard));
      // Retained messages come at once; there is no last one to wait for.
      boolean unused = await(() -> false, COLLECT_MS);
      checkExists();
      Set<String> agents = retained.agents(deployment);
      ending.remove();
      boolean gone = await(() -> retained.isGone(deployment), timeout.ms());
      if (!gone) {
        throw new CommandException(whatIsLeft());
      }
      print(new Ended(deployment, agents));
      return 0;
    }
  }

  private void heard(Message message) {
    try {
      retained.heard(broker.topics().parse(message.topic()).orElseThrow(), message);
    } catch (JsonException e) {
      System.err.println("coterie: ignored " + message.topic() + ": " + e.getMessage());
    }
    changes.release();
  }

  private boolean await(BooleanSupplier wanted, long timeoutMs) throws InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (!wanted.getAsBoolean()) {
      if (!changes.tryAcquire(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return wanted.getAsBoolean();
      }
    }
    return true;
  }

  private void checkExists() {
    Set<String> there = retained.deployments();
    if (!there.contains(deployment)) {
      throw new CommandException(
          "no deployment '"
              + deployment
              + "': "
              + (there.isEmpty() ? "nothing is deployed" : "there is " + String.join(", ", there)));
    }
  }

  private String whatIsLeft() {
    if (retained.isWanted(deployment)) {
      return "'"
          + deployment
          + "' was not ended: this login may not, or the broker is slow; an operator's may, from"
          + " 'coterie credential add NAME --role operator'";
    }
    Set<String> agents = retained.agents(deployment);
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
