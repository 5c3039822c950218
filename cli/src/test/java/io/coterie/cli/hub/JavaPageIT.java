package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.EdgeAgent;
import io.coterie.agent.board.BoardSettings;
import io.coterie.example.Porch;
import io.coterie.hub.Hub;
import io.coterie.hub.HubOptions;
import io.coterie.models.digits.MeterDigits;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.PahoBus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program on {@code docs/java.md}, at a hub with two boards. */
@Timeout(180)
final class JavaPageIT {
  private static final Path SOURCE = Path.of("src/test/java/io/coterie/example/Porch.java");

  @TempDir private Path folder;

  @Test
  void thePageHasTheProgramThatIsTested() throws Exception {
    String page = Files.readString(Path.of("../docs/java.md"));
    String program = Files.readString(SOURCE);
    String shown = program.substring(program.indexOf("import "));
    assertTrue(page.contains("```java\n" + shown + "```\n"), "copy it from " + SOURCE);
  }

  @Test
  void deploysAndHasAPictureAnswered() throws Exception {
    try (Hub hub = Hub.start(HubOptions.local(folder));
        EdgeAgent a = board(hub, "a");
        EdgeAgent b = board(hub, "b")) {
      a.start();
      b.start();
      MeterDigits.Sample sample = MeterDigits.generate(77, 3);
      Path picture = Files.write(folder.resolve("digit.png"), PublisherIT.png(sample));
      List<String> lines =
          run(hub.address().toString(), "../models/zoo/meter-digits", picture.toString());
      assertTrue(lines.contains("OK: " + sample.label()), lines.toString());
      assertTrue(lines.contains("3 agents, led by hub, ready"), lines.toString());
    }
  }

  private EdgeAgent board(Hub hub, String id) throws Exception {
    AgentOptions options =
        new AgentOptions(
            id,
            "coterie",
            folder.resolve(id),
            1,
            1,
            64 << 20,
            20e6,
            0.05,
            false,
            TrustedKeys.ANYBODY,
            BoardSettings.NONE);
    return new EdgeAgent(
        options,
        (client, will) ->
            new PahoBus(ConnectionOptions.of(List.of(hub.address()), client).withWill(will)));
  }

  private static List<String> run(String... arguments) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      Porch.main(arguments);
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
