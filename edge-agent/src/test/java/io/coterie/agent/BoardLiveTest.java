package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.board.BoardSettings;
import io.coterie.agent.capture.CameraSettings;
import io.coterie.agent.gpio.GpioSettings;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentRequest;
import io.coterie.protocol.message.AgentRequest.Action;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents with something attached to their boards, and what may be asked of them. */
@Tag("broker")
@Timeout(120)
final class BoardLiveTest {
  private static final TinyBundle BUNDLE = new TinyBundle();

  @TempDir Path folder;

  private LiveFleet fleet(BoardSettings settings) throws Exception {
    return new LiveFleet(folder, BUNDLE, settings, "board");
  }

  /** The board gets both students and the fuser. */
  private static void deploy(LiveFleet fleet) throws Exception {
    fleet.assign(
        "board", new Assignment(1, 1, BUNDLE.students(30_000), List.of(BUNDLE.fuser(30_000))));
    Report report = LiveFleet.next(fleet.reports);
    while (report.fusers().isEmpty()) {
      report = LiveFleet.next(fleet.reports);
    }
  }

  private static void ask(LiveFleet fleet, String payload, boolean retained) {
    fleet.publish(
        Message.to(LiveFleet.TOPICS.of(Topic.AGENT_REQUEST, "board"))
            .payload(payload)
            .qos(1)
            .retained(retained)
            .build());
  }

  private static void ask(LiveFleet fleet, Action action) {
    ask(fleet, Json.write(new AgentRequest(action)), false);
  }

  private static void awaitState(LiveFleet fleet, Availability wanted) throws Exception {
    while (LiveFleet.next(fleet.states).state() != wanted) {
      // The one before.
    }
  }

  @Test
  void drainsUntilItIsToResume() throws Exception {
    try (LiveFleet fleet = fleet(BoardSettings.NONE)) {
      awaitState(fleet, Availability.ONLINE);
      ask(fleet, Action.IDENTIFY);
      ask(fleet, Action.DRAIN);
      awaitState(fleet, Availability.DRAINING);
      fleet.lateWillOf("board");
      awaitState(fleet, Availability.DRAINING);
      ask(fleet, Action.RESUME);
      awaitState(fleet, Availability.ONLINE);
    }
  }

  @Test
  void saysWhatItCannotBeAskedAndIgnoresRequestsThatTheBrokerKept() throws Exception {
    try (LiveFleet fleet = fleet(BoardSettings.NONE)) {
      awaitState(fleet, Availability.ONLINE);
      ask(fleet, "{\"action\":\"dance\"}", false);
      deploy(fleet);
      fleet.stop("board");
      ask(fleet, "{\"action\":\"drain\"}", true);
      fleet.states.clear();
      fleet.start("board", BoardSettings.NONE);
      awaitState(fleet, Availability.ONLINE);
      Report report = LiveFleet.next(fleet.reports);
      while (report.messages().stream().noneMatch(message -> message.contains("retained"))) {
        report = LiveFleet.next(fleet.reports);
      }
      assertTrue(fleet.states.stream().noneMatch(it -> it.state() == Availability.DRAINING));
    }
  }

  @Test
  void aCameraPublishesPicturesAndTakesTheirResults() throws Exception {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    CameraSettings camera =
        new CameraSettings("d", new CameraSettings.Folder(pictures), OptionalLong.of(20), 1000);
    try (LiveFleet fleet = fleet(new BoardSettings(GpioSettings.NONE, Optional.of(camera)))) {
      deploy(fleet);
      Result result = null;
      for (int i = 0; result == null; i++) { // The first may be there before its first look.
        Files.write(pictures.resolve(i + ".png"), png());
        result = fleet.results.poll(1, TimeUnit.SECONDS);
      }
      assertEquals("board", result.source());
      assertEquals(Outcome.OK, result.status());
      Report report = LiveFleet.next(fleet.reports);
      while (report.capture().answered() == 0) {
        report = LiveFleet.next(fleet.reports);
      }
      assertEquals("d", report.capture().deployment());
      assertEquals(result.label(), report.capture().answer());
      assertEquals(0, report.capture().failed());
    }
  }

  @Test
  void missingPinsAndAMissingCameraStopNothing() throws Exception {
    Assumptions.assumeFalse(Files.exists(Path.of("/dev/gpiochip0")), "this machine has pins");
    GpioSettings gpio =
        new GpioSettings(
            Optional.of(new GpioSettings.Led(17, false)),
            Optional.empty(),
            Optional.empty(),
            List.of());
    CameraSettings camera =
        new CameraSettings(
            "d", new CameraSettings.Command(List.of("no-such-camera")), OptionalLong.of(100), 1000);
    try (LiveFleet fleet = fleet(new BoardSettings(gpio, Optional.of(camera)))) {
      Report report = LiveFleet.next(fleet.reports);
      while (report.messages().size() < 2) {
        report = LiveFleet.next(fleet.reports);
      }
      String told = String.join("\n", report.messages());
      assertTrue(told.contains("there is no /dev/gpiochip0 here: pins need a Raspberry Pi"), told);
      assertTrue(told.contains("camera: Cannot run program \"no-such-camera\""), told);
      assertTrue(report.capture().problem().contains("no-such-camera"));
      deploy(fleet);
      fleet.frame("f");
      assertEquals("yes", LiveFleet.next(fleet.results).label());
    }
  }

  private static byte[] png() throws Exception {
    try (var in = DecoderWarmUp.class.getResourceAsStream("decoder-warm-up.png")) {
      return in.readAllBytes();
    }
  }
}
