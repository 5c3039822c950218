package io.coterie.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.bundle.Manifest;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages to look things up in say what the code does. */
final class ReferenceTest {
  private static final Path DOCS = DocumentedCommand.ROOT.resolve("docs");
  private static final Pattern FIELD = Pattern.compile("`([a-z][A-Za-z0-9]*)`");
  private static final Pattern SETTING =
      Pattern.compile(
          "(?:getenv\\(\"|\\$\\{env:|\\$\\{)(COTERIE_[A-Z_]+)"
              + "|(?:getProperty|getLong|getInteger|getBoolean)\\(\\s*\"(coterie\\.[a-z.]+)\"");

  @Test
  void commandsAreThoseThereAre() throws Exception {
    String page = CommandPage.render();
    if (Boolean.getBoolean("coterie.write")) {
      Files.writeString(CommandPage.PATH, page);
    }
    assertEquals(
        page,
        Files.readString(CommandPage.PATH),
        "write it: JAVA_TOOL_OPTIONS=-Dcoterie.write=true ./coterie test -pl cli -am"
            + " -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false");
  }

  @Test
  void bundlesHaveTheFieldsThatTheirPageNames() throws Exception {
    Set<String> missing = new TreeSet<>();
    fields(Manifest.class, missing);
    FIELD
        .matcher(Files.readString(DOCS.resolve("bundle.md")))
        .results()
        .forEach(match -> missing.remove(match.group(1)));
    assertEquals(Set.of(), missing, "not in docs/bundle.md");
  }

  private static void fields(Type type, Set<String> found) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        fields(argument, found);
      }
    } else if (type instanceof Class<?> one && one.isRecord()) {
      for (RecordComponent component : one.getRecordComponents()) {
        found.add(component.getName());
        fields(component.getGenericType(), found);
      }
    }
  }

  @Test
  void settingsAreThoseThatAreRead() throws Exception {
    Set<String> read = new TreeSet<>(settings(DocumentedCommand.ROOT.resolve("coterie")));
    try (Stream<Path> files = Files.walk(DocumentedCommand.ROOT)) {
      for (Path file : files.filter(ReferenceTest::isSource).toList()) {
        read.addAll(settings(file));
      }
    }
    Set<String> documented =
        Pattern.compile("(COTERIE_[A-Z_]+)`|-D(coterie\\.[a-z.]+)")
            .matcher(Files.readString(DOCS.resolve("configuration.md")))
            .results()
            .map(ReferenceTest::either)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(documented, read);
  }

  private static boolean isSource(Path file) {
    return file.toString().endsWith(".java") && file.toString().contains("/src/main/");
  }

  private static Set<String> settings(Path file) throws IOException {
    return SETTING
        .matcher(Files.readString(file))
        .results()
        .map(ReferenceTest::either)
        .collect(Collectors.toSet());
  }

  private static String either(MatchResult match) {
    return match.group(1) == null ? match.group(2) : match.group(1);
  }
}
