package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.cli.Duration;
import io.coterie.cli.TargetOption;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.topic.Topics;
import java.nio.file.Path;
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
    footer = {"", "Example:  coterie deploy models/zoo/meter-digits --deadline 500ms"})
public final class DeployCommand implements Callable<Integer> {
  @Mixin private BrokerOption broker;

  @Parameters(paramLabel = "BUNDLE", description = "folder or .zip file")
  private Path path;

  @Option(names = "--name", paramLabel = "NAME", description = "(default: the bundle's name)")
  private String name;

  @Option(
      names = "--strategy",
      defaultValue = "rocoin",
      description = "rocoin (default: ${DEFAULT-VALUE})")
  private String strategy;

  @Mixin private TargetOption target;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "how long to wait for a complete plan (default: ${DEFAULT-VALUE})")
  private Duration timeout;

  @Option(names = "--json", description = "print the plan as JSON")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (!strategy.equals("rocoin")) {
      throw new CommandException("unknown strategy '" + strategy + "': this release has rocoin");
    }
    Bundle bundle = BundleOpener.open(path);
    String deployment = name == null ? bundle.manifest().name() : name;
    if (!Topics.isName(deployment)) {
      throw new CommandException(
          "--name must be 1 to 64 letters, digits, '.', '_', '-': " + deployment);
    }
    try (MessageBus bus = broker.connect("deploy");
        Deployment published = new Deployment(bus, broker.topics(), deployment)) {
      DeploymentSpec spec = target.spec(bundle.digest());
      published.deploy(bundle, spec);
      boolean runs =
          published
              .await(p -> p.complete() && p.bundle().equals(bundle.digest()), timeout.ms())
              .isPresent();
      return report(deployment, bundle, published.plan(), runs);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private int report(String deployment, Bundle bundle, Optional<PlanMessage> plan, boolean runs) {
    if (plan.isEmpty() || !plan.get().bundle().equals(bundle.digest())) {
      throw new CommandException(
          "no plan within " + timeout + ": is a hub running at " + broker.brokers() + "?");
    }
    if (json) {
      System.out.println(Json.write(plan.get()));
    } else {
      PlanTable.print(plan.get(), System.out);
    }
    if (!plan.get().complete()) {
      List<String> reasons = plan.get().reasons();
      throw new CommandException("no complete plan within " + timeout + ": " + reasons);
    }
    if (!runs) {
      throw new CommandException(
          "the plan is complete, but not all its agents run it yet after "
              + timeout
              + ": see 'coterie watch'");
    }
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
}
