package io.coterie.documentation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The script that runs every documented command. {@code #$ TEXT} in it says which one comes next,
 * as it is documented; what follows is what is run, with the reader's own things put in and long
 * runs made short.
 */
final class Story {
  private static final String MARK = "#$ ";

  private Story() {}

  static Path script() {
    return Path.of("src/test/resources/io/coterie/documentation/commands.sh");
  }

  /** What is run, by what is documented. */
  static Map<String, String> read() throws IOException {
    Map<String, String> story = new LinkedHashMap<>();
    String documented = null;
    for (String line : Files.readAllLines(script(), StandardCharsets.UTF_8)) {
      if (line.startsWith(MARK)) {
        documented = line.substring(MARK.length());
        story.put(documented, "");
      } else if (documented != null) {
        story.merge(documented, line + "\n", String::concat);
      }
    }
    return story;
  }
}
