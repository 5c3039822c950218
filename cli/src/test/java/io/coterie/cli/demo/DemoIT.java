package io.coterie.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.cli.CommandLines;
import io.coterie.cli.LocalMosquitto;
import io.coterie.lab.demo.Summary;
import io.coterie.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The whole system: hub and boards as processes, frames over MQTT, boards killed by SIGKILL. */
final class DemoIT {
  private static final List<String> RUN =
      List.of(
          "demo",
          "--seconds",
          "16",
          "--agents",
          "4",
          "--rate",
          "15",
          "--kill-every",
          "5",
          "--deadline",
          "3s",
          "--json");

  @Test
  void losesNoFrameWhenBoardsAreKilled() throws Exception {
    assertNothingLost(run(RUN));
  }

  @Test
  void runsOnMosquittoToo() throws Exception {
    Optional<LocalMosquitto> mosquitto = LocalMosquitto.start();
    Assumptions.assumeTrue(mosquitto.isPresent(), LocalMosquitto.MISSING);
    try (LocalMosquitto broker = mosquitto.get()) {
      List<String> arguments = new ArrayList<>(RUN);
      arguments.addAll(List.of("--broker", broker.address()));
      assertNothingLost(run(arguments));
    }
  }

  @Test
  void answersEarlyAndLosesNoFrameWhenBoardsAreKilled() throws Exception {
    List<String> arguments = new ArrayList<>(RUN);
    arguments.addAll(List.of("--strategy", "distree"));
    arguments.addAll(List.of("--exit-policy", "max-softmax", "--exit-mode", "wait"));
    Summary summary = run(arguments);
    assertNothingLost(summary);
    int answered = summary.ok() + summary.degraded();
    assertEquals(answered, summary.exits().values().stream().mapToInt(i -> i).sum(), "exits");
    assertTrue(summary.exits().get(1) > answered / 2, summary.toString());
    assertTrue(summary.flopsSavedFraction() > 0.2, summary.toString());
    assertTrue(summary.stops().inTime() > 0, summary.toString());
  }

  @Test
  void handsFramesOnAndLosesNoneWhenBoardsAreKilled() throws Exception {
    List<String> arguments = new ArrayList<>(RUN);
    arguments.addAll(List.of("--strategy", "mdi-exit", "--source", "board-1"));
    arguments.addAll(List.of("--throttle", "40", "--exit-threshold", "0"));
    Summary summary = run(arguments);
    assertNothingLost(summary);
    assertEquals(summary.ok(), summary.exits().get(3), summary.toString());
    assertTrue(summary.pipeline().offloads() > 0, summary.toString());
  }

  private static void assertNothingLost(Summary summary) {
    assertEquals(240, summary.sent(), summary.toString());
    assertEquals(0, summary.lost(), summary.toString());
    assertEquals(0, summary.duplicates(), summary.toString());
    assertEquals(
        summary.sent(),
        summary.ok() + summary.degraded() + summary.expired() + summary.rejected(),
        summary.toString());
    assertTrue(summary.kills() >= 2, summary.toString());
    assertTrue(summary.replans() >= 2, summary.toString());
    assertTrue(summary.accuracy() >= 0.98, summary.toString());
  }

  private static Summary run(List<String> arguments) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    int status;
    try {
      status = CommandLines.execute(arguments);
    } finally {
      System.setOut(before);
    }
    String text = out.toString(StandardCharsets.UTF_8);
    assertEquals(0, status, text);
    List<String> lines = text.lines().toList();
    return Json.read(lines.get(lines.size() - 1), Summary.class);
  }
}
