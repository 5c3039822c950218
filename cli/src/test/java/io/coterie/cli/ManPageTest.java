package io.coterie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual page has everything, and the tools that show it understand it. */
final class ManPageTest {
  private static final Path GROFF = Path.of("/usr/bin/groff");

  private final String page = new String(CompletionTest.printed("man"), StandardCharsets.US_ASCII);

  @Test
  void hasEveryCommandAndEveryOption() {
    has(Main.commandLine());
  }

  private void has(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    String name = spec.qualifiedName().replace("-", "\\-");
    assertTrue(page.contains(spec.parent() == null ? ".B \"" + name : ".SS \"" + name), name);
    for (OptionSpec option : spec.options()) {
      for (String each : option.names()) {
        assertTrue(option.hidden() || page.contains(each.replace("-", "\\-")), each);
      }
    }
    line.getSubcommands().values().forEach(this::has);
  }

  @Test
  void isPlainAsciiWithoutStrayRequests() {
    assertTrue(page.chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~')));
    page.lines()
        .filter(line -> line.startsWith(".") || line.startsWith("'"))
        .forEach(line -> assertTrue(line.matches("\\.(TH|SH|SS|TP|PP|EX|EE|B)( \".*\")?"), line));
    assertTrue(!page.contains("${"), "a variable that was not replaced");
  }

  @Test
  @Tag("process")
  void groffFormatsItWithoutAWarning(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(GROFF), "no groff");
    Path file = Files.writeString(folder.resolve("coterie.1"), page);
    Process process =
        new ProcessBuilder(GROFF.toString(), "-man", "-ww", "-Tutf8", "-P-c", file.toString())
            .redirectError(folder.resolve("warnings").toFile())
            .start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
    assertEquals("", Files.readString(folder.resolve("warnings")));
    assertTrue(shown.contains("coterie undeploy"), shown);
    assertTrue(shown.contains("Example:  coterie undeploy meter-digits"), shown);
  }
}
