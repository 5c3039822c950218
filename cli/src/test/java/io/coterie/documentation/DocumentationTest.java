package io.coterie.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.cli.CommandLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the pages tell people to type exists. {@link DocumentedCommandsIT} runs it. */
final class DocumentationTest {
  private static List<DocumentedCommand> commands(List<Path> pages) throws IOException {
    List<DocumentedCommand> all = new ArrayList<>();
    for (Path page : pages) {
      all.addAll(DocumentedCommand.of(page));
    }
    return all;
  }

  @Test
  void everyDocumentedCommandIsRun() throws Exception {
    Map<String, String> story = Story.read();
    List<String> missing =
        commands(DocumentedCommand.pages()).stream()
            .filter(command -> !story.containsKey(command.text()))
            .map(DocumentedCommand::toString)
            .toList();
    assertEquals(List.of(), missing, "to be run by " + Story.script());
  }

  @Test
  void everythingThatIsRunIsDocumented() throws Exception {
    Set<String> run = new TreeSet<>(Story.read().keySet());
    commands(DocumentedCommand.pages()).forEach(command -> run.remove(command.text()));
    assertEquals(Set.of(), run, "in " + Story.script());
  }

  @Test
  void whatIsRunHasTheOptionsThatAreDocumented() throws Exception {
    Map<String, String> story = Story.read();
    for (DocumentedCommand command : commands(DocumentedCommand.pages())) {
      String run = story.getOrDefault(command.text(), "");
      Set<String> left = command.options();
      left.removeAll(DocumentedCommand.options(run));
      assertEquals(Set.of(), left, "not tried: " + command);
      String program = command.text().split(" ", 2)[0].replace("./", "");
      assertTrue(run.contains(program), "not run: " + command);
    }
  }

  @Test
  void commandsThatAreNotRunCanBeParsed() throws Exception {
    for (DocumentedCommand command : commands(DocumentedCommand.parsedPages())) {
      if (command.ours() && !command.text().startsWith("./coterie test")) {
        CommandLine line = CommandLines.commandLine();
        line.parseArgs(command.arguments().toArray(new String[0]));
      }
    }
  }

  @Test
  void commandsInRunningTextHaveTheirOptions() throws Exception {
    List<Path> pages = new ArrayList<>(DocumentedCommand.pages());
    pages.addAll(DocumentedCommand.parsedPages());
    for (Path page : pages) {
      for (DocumentedCommand command : DocumentedCommand.inline(page)) {
        Optional<CommandLine> found = command(command);
        assertTrue(found.isPresent(), "no such command: " + command);
        Set<String> unknown = command.options();
        unknown.removeAll(found.get().getCommandSpec().optionsMap().keySet());
        assertEquals(Set.of(), unknown, command.toString());
      }
    }
  }

  /** What the first words name; {@code test} is the launcher's own. */
  private static Optional<CommandLine> command(DocumentedCommand command) {
    CommandLine line = CommandLines.commandLine();
    CommandLine found = line;
    for (String word : command.arguments()) {
      CommandLine next = found.getSubcommands().get(word.replaceAll("[,;.]$", ""));
      if (next == null) {
        break;
      }
      found = next;
    }
    boolean launcher = command.arguments().get(0).equals("test");
    return found != line || launcher ? Optional.of(found) : Optional.empty();
  }
}
