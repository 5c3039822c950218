package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.cli.DurationArgument;
import io.coterie.cli.TargetOption;
import io.coterie.client.FleetClient;
import io.coterie.client.fleet.Answer;
import io.coterie.planner.preview.ExitPreview;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
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

  /** The stage of a roll-out that was told last. */
  private Optional<Rollout> told = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    target.check();
    target.checkFleetDecides();
    RolloutRule rule = rollout.rule();
    Bundle bundle = BundleOpener.open(path);
    DeploymentSpec spec = target.spec(bundle).withRollout(rule);
    String deployment = name == null ? bundle.manifest().name() : name;
    if (!Topics.isName(deployment)) {
      throw new CommandException(
          "--name must be 1 to 64 letters, digits, '.', '_', '-': " + deployment);
    }
    try (FleetClient client = broker.client("deploy")) {
      Answer answer =
          client.deploy(deployment, bundle, spec, Duration.ofMillis(timeout.ms()), this::progress);
      return report(deployment, bundle, spec, answer);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private void progress(Answer answer) {
    if (answer.state() == Answer.State.ROLLING && RolloutText.isNews(told, answer.rollout())) {
      tell("roll-out: " + RolloutText.line(answer.rollout().get()));
    }
    told = answer.rollout();
  }

  /** Not among what machines read. */
  private void tell(String line) {
    (json ? System.err : System.out).println(line);
  }

  /** Says what became of it. */
  private int report(String deployment, Bundle bundle, DeploymentSpec spec, Answer answer) {
    Optional<String> stage = answer.rollout().map(RolloutText::line);
    if (stage.isPresent()) {
      boolean failed = answer.state() == Answer.State.RETURNED;
      throw new CommandException((failed ? "" : "does not end: ") + stage.get());
    }
    answer.plan().ifPresent(plan -> print(plan, bundle, spec));
    if (answer.state() != Answer.State.RUNS) {
      throw new CommandException(
          "not deployed within " + timeout + " at " + broker.brokers() + ": " + missing(answer));
    }
    answer
        .plan()
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

  /** What a spec that is not carried out is waiting for. */
  private static String missing(Answer answer) {
    return switch (answer.state()) {
      case NO_ORCHESTRATOR ->
          answer
                  .orchestrator()
                  .map(
                      last ->
                          "no orchestrator leads: the last one, "
                              + last.id()
                              + (last.state() == Availability.STOPPED
                                  ? ", was stopped"
                                  : ", is offline"))
                  .orElse("no orchestrator was heard of")
              + "; boards go on with what they have; start a hub with 'coterie up'";
      case UNANSWERED ->
          "the orchestrator "
              + answer.orchestrator().orElseThrow().id()
              + " leads and has not answered: see its log";
      case INCOMPLETE ->
          "the plan is not complete: "
              + String.join("; ", Reason.texts(answer.plan().orElseThrow().reasons()));
      case STARTING ->
          "the plan is complete, but "
              + String.join(", ", answer.idle())
              + (answer.idle().size() == 1 ? " does" : " do")
              + " not run it yet: see 'coterie watch'";
      case ROLLING, RETURNED, RUNS -> throw new IllegalArgumentException(answer.toString());
    };
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
