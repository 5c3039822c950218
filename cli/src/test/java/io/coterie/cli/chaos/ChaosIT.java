package io.coterie.cli.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.cli.CommandLines;
import io.coterie.lab.chaos.ChaosReport;
import io.coterie.lab.chaos.Findings;
import io.coterie.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run on real processes. How long nothing was answered depends on the machine. */
final class ChaosIT {
  @TempDir private Path folder;

  @Test
  void everyFrameIsAnsweredOnceWhoeverIsKilled() throws Exception {
    ChaosReport report =
        run(
            "chaos",
            "--seed",
            "2",
            "--minutes",
            "0.4",
            "--agents",
            "3",
            "--rate",
            "15",
            "--faults",
            "kill,repeat",
            "--json",
            "--out",
            folder.toString());
    Findings findings = report.findings();
    assertTrue(report.faults() >= 2, report.toString());
    assertTrue(findings.ok() > 200, report.toString());
    assertEquals(0, findings.lost(), report.toString());
    assertEquals(0, findings.duplicates(), report.toString());
    assertEquals(0, findings.stale(), report.toString());
    assertEquals(0, findings.mislabelled(), report.toString());
    assertEquals(0, findings.unchecked(), report.toString());
    long events = Files.readAllLines(folder.resolve("history.jsonl")).size();
    assertTrue(events > findings.frames(), "a history of " + events + " events");
    String page = Files.readString(folder.resolve("timeline.html"));
    assertTrue(page.contains("<circle class=\"ok\""));
    assertTrue(!page.contains("{{"), "filled in");
  }

  private static ChaosReport run(String... arguments) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int unused = CommandLines.execute(List.of(arguments));
    } finally {
      System.setOut(before);
    }
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    return Json.read(lines.get(lines.size() - 1), ChaosReport.class);
  }
}
