package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.cli.DurationArgument;
import io.coterie.cli.TargetOption;
import io.coterie.planner.preview.ExitPreview;
import io.coterie.protocol.WallClock;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.topic.Topics;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie deploy}. */
@Command(
    name = "deploy",
    description = "Publishes a bundle and waits until a complete plan runs it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie deploy models/zoo/meter-digits --deadline 500ms",
      "          coterie deploy models/zoo/meter-digits --strategy distree",
      "          coterie deploy models/zoo/meter-digits --strategy mdi-exit --topology ring",
      "          coterie deploy models/zoo/meter-digits --rollout at-once"
    })
public final class DeployCommand implements Callable<Integer> {
  @Mixin private BrokerOption broker;

  @Parameters(paramLabel = "BUNDLE", description = "folder or .zip file")
  private Path path;

  @Option(names = "--name", paramLabel = "NAME", description = "(default: the bundle's name)")
  private String name;

  @Mixin private TargetOption target;

  @Mixin private RolloutOption rollout;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "how long to wait for a complete plan (default: ${DEFAULT-VALUE})")
  private DurationArgument timeout;

  @Option(names = "--json", description = "print the plan as JSON")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    target.check();
    target.checkFleetDecides();
    RolloutRule rule = rollout.rule();
    Bundle bundle = BundleOpener.open(path);
    // The plan names the generation that it answers: one with another is older news.
    DeploymentSpec spec = target.spec(bundle).withRollout(rule).withGeneration(generation());
    String deployment = name == null ? bundle.manifest().name() : name;
    if (!Topics.isName(deployment)) {
      throw new CommandException(
          "--name must be 1 to 64 letters, digits, '.', '_', '-': " + deployment);
    }
    try (MessageBus bus = broker.connect("deploy");
        Deployment published = new Deployment(bus, broker.topics(), deployment)) {
      published.deploy(bundle, spec);
      RolloutWait wait = new RolloutWait(published, spec, this::tell);
      boolean runs = wait.await(timeout.ms());
      return report(
          deployment, bundle, spec, published.plan(), runs ? Optional.empty() : wait.missing());
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private static String generation() {
    return WallClock.ms() + "-" + Integer.toHexString(new SecureRandom().nextInt());
  }

  /** Not among what machines read. */
  private void tell(String line) {
    (json ? System.err : System.out).println(line);
  }

  /**
   * Says what became of it.
   *
   * @param missing what keeps it from running; empty where it runs
   */
  private int report(
      String deployment,
      Bundle bundle,
      DeploymentSpec spec,
      Optional<PlanMessage> plan,
      Optional<String> missing) {
    Optional<PlanMessage> answer = plan.filter(p -> p.answers(spec));
    Optional<Rollout> stage = plan.map(PlanMessage::rollout).filter(s -> s.isOf(spec));
    if (stage.isPresent() && missing.isPresent()) {
      throw new CommandException("does not end: " + RolloutText.line(stage.get()));
    }
    answer.ifPresent(p -> print(p, bundle, spec));
    if (missing.isPresent()) {
      throw new CommandException(
          "not deployed within " + timeout + " at " + broker.brokers() + ": " + missing.get());
    }
    answer
        .flatMap(DeployCommand::unreached)
        .ifPresent(
            reason -> {
              throw new CommandException(reason + " (it runs all the same)");
            });
    if (!json) {
      System.out.println(
          "deployed: publish frames to "
              + broker.topics().base()
              + "/deployments/"
              + deployment
              + "/input/<source>");
    }
    return 0;
  }

  private void print(PlanMessage plan, Bundle bundle, DeploymentSpec spec) {
    if (json) {
      System.out.println(Json.write(plan));
    } else {
      PlanTable.print(plan, System.out);
    }
    List<String> students = plan.groups().stream().map(PlanMessage.Group::student).toList();
    ExitPreview.lines(bundle.manifest(), spec, plan.k(), students)
        .forEach(json ? System.err::println : System.out::println);
  }

  /** Why the latency target is out of reach, if the plan says so. */
  static Optional<String> unreached(PlanMessage plan) {
    return plan.reasons().stream()
        .filter(reason -> reason.code() == Reason.Code.LATENCY_TARGET_MISSED)
        .map(Reason::text)
        .findFirst();
  }
}
