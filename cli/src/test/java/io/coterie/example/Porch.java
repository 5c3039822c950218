package io.coterie.example;

import io.coterie.client.FleetClient;
import io.coterie.client.fleet.Answer;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Deploys a bundle, has a picture answered, and says how the fleet does meanwhile. */
public final class Porch {
  private static String said = "";

  private Porch() {}

  /** Takes addresses of brokers, a bundle and a picture. */
  public static void main(String[] arguments) throws Exception {
    ConnectionOptions options =
        ConnectionOptions.of(ConnectionOptions.parseBrokers(arguments[0]), "porch");
    Bundle bundle = Bundle.open(Path.of(arguments[1]));
    byte[] picture = Files.readAllBytes(Path.of(arguments[2]));
    Topics topics = new Topics(Topics.DEFAULT_BASE);
    try (FleetClient fleet = FleetClient.connect(options, topics, Duration.ofSeconds(10))) {
      fleet.follow(Porch::watch);
      DeploymentSpec spec = DeploymentSpec.rocoin(bundle.digest(), 5_000, 0.9);
      Answer answer = fleet.deploy("porch", bundle, spec, Duration.ofMinutes(1), so -> {});
      if (answer.state() != Answer.State.RUNS) {
        List<Reason> reasons = answer.plan().map(PlanMessage::reasons).orElse(List.of());
        System.out.println("not deployed: " + answer.state() + " " + Reason.texts(reasons));
        return;
      }
      Result result = fleet.frame("porch", picture).get();
      System.out.println(result.status() + ": " + result.label());
    }
  }

  /** Runs on the connection's thread: does little, and waits for nothing. */
  private static void watch(FleetView view) {
    String now =
        view.fleet().online().size()
            + " agents, led by "
            + view.leader().orElse("nobody")
            + ", "
            + (view.readiness().ready() ? "ready" : view.readiness().reasons());
    if (!now.equals(said)) {
      System.out.println(now);
      said = now;
    }
  }
}
