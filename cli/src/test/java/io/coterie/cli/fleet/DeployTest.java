package io.coterie.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code coterie deploy} where another bundle of the same name may run already. */
@Tag("broker")
final class DeployTest {
  private RetainedFleet fleet;
  private final ScheduledExecutorService board = Executors.newSingleThreadScheduledExecutor();

  @BeforeEach
  void start() throws Exception {
    fleet = new RetainedFleet();
    fleet.board("a", Availability.ONLINE);
    fleet.retain(topic("plan"), fleet.plan(4).answering(olderSpec()));
    ScheduledFuture<?> unused =
        board.scheduleWithFixedDelay(fleet::report, 0, 100, TimeUnit.MILLISECONDS);
  }

  @AfterEach
  void stop() {
    board.shutdownNow();
    fleet.close();
  }

  private String topic(String what) {
    return "deployments/" + fleet.bundle.manifest().name() + "/" + what;
  }

  /** What a hub that leads says to a spec. */
  private void hub(Reason... reasons) {
    fleet.bus.subscribe(
        "coterie/" + topic("spec"),
        1,
        message -> {
          try {
            DeploymentSpec spec = Json.read(message.payload(), DeploymentSpec.class);
            PlanMessage plan = fleet.plan(5, reasons).answering(spec);
            board.execute(
                () -> {
                  try {
                    fleet.retain(topic("plan"), plan);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
          } catch (JsonException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private RetainedFleet.Printed deploy(int status, String timeout) {
    return fleet.run(
        status,
        "deploy",
        RetainedFleet.PATH.toString(),
        "--deadline",
        "900ms",
        "--timeout",
        timeout);
  }

  @Test
  void whatRunsAlreadyIsNoAnswerWhereNobodyLeads() throws Exception {
    fleet.orchestrator(Availability.OFFLINE);
    RetainedFleet.Printed printed = deploy(1, "1500ms");
    assertTrue(printed.err().contains("not deployed within 1500ms"), printed.err());
    assertTrue(
        printed.err().contains("no orchestrator leads: the last one, hub, is offline"),
        printed.err());
    assertFalse(printed.out().contains("deployed:"), printed.out());
  }

  /** Releases that knew no generations leave plans that may be the answer, or may not. */
  @Test
  void aPlanThatTellsNoGenerationIsNoAnswerWhereNobodyLeads() throws Exception {
    fleet.retain(topic("plan"), fleet.plan(4));
    fleet.orchestrator(Availability.STOPPED);
    RetainedFleet.Printed printed = deploy(1, "1500ms");
    assertTrue(
        printed.err().contains("no orchestrator leads: the last one, hub, was stopped"),
        printed.err());
  }

  @Test
  void saysWhereAnOrchestratorLeadsAndDoesNotAnswer() throws Exception {
    fleet.orchestrator(Availability.ONLINE);
    RetainedFleet.Printed printed = deploy(1, "1500ms");
    assertTrue(
        printed.err().contains("the orchestrator hub leads and has not answered"), printed.err());
  }

  private DeploymentSpec olderSpec() {
    return DeploymentSpec.rocoin(fleet.bundle.digest(), 500, 0.9).withGeneration("older");
  }

  @Test
  void endsWithThePlanThatAnswersIt() throws Exception {
    fleet.orchestrator(Availability.ONLINE);
    hub();
    RetainedFleet.Printed printed = deploy(0, "20s");
    assertTrue(printed.out().contains("plan: epoch 5"), printed.out());
    assertTrue(printed.out().contains("deployed:"), printed.out());
  }

  @Test
  void goesByTheCodeOfAReasonAndNotByItsWords() throws Exception {
    fleet.orchestrator(Availability.ONLINE);
    hub(
        Reason.of(Reason.Code.OTHER, "latency target: is no code"),
        Reason.of(Reason.Code.LATENCY_TARGET_MISSED, "zu langsam"));
    RetainedFleet.Printed printed = deploy(1, "20s");
    assertTrue(printed.err().contains("zu langsam (it runs all the same)"), printed.err());
  }

  @Test
  void namesTheBoardsThatDoNotRunIt() throws Exception {
    board.shutdownNow();
    fleet.orchestrator(Availability.ONLINE);
    fleet.retain(topic("plan"), fleet.plan(4));
    RetainedFleet.Printed printed = deploy(1, "1500ms");
    assertTrue(
        printed.err().contains("the plan is complete, but a does not run it yet"), printed.err());
  }
}
