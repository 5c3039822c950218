package io.coterie.orchestrator.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Other people's scripts are as they published them, and the page asks nobody else for anything.
 */
final class LibrariesTest {
  private static final Path PAGE =
      Path.of("src", "main", "resources", "io", "coterie", "orchestrator", "web", "page");

  @ParameterizedTest
  @CsvSource({
    "lib/mqtt/mqtt.esm.js, 6e009e77fc644cbf7b46ea37ba77fbdaf5780452389a57f2b4a676437c2defdd",
    "lib/uplot/uPlot.esm.js, 5dd9b3281aa64b461b42d9945f6adb2649d346502b12281a9ae0d46599a80eba",
    "lib/uplot/uPlot.min.css, df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04"
  })
  void librariesAreAsPublished(String file, String digest) {
    assertEquals(digest, Digest.of(PageFiles.answer("/" + file).body()));
  }

  @ParameterizedTest
  @CsvSource({"mqtt", "uplot"})
  void librariesHaveTheirLicences(String library) {
    WebResponse licence = PageFiles.answer("/lib/" + library + "/LICENSE.txt");
    assertTrue(new String(licence.body(), StandardCharsets.UTF_8).contains("MIT"));
  }

  @Test
  void everyFileOfThePageIsServedAndNamesNoOtherSite() throws IOException {
    for (Path file : ownFiles()) {
      String path = "/" + PAGE.relativize(file).toString().replace('\\', '/');
      assertEquals(WebResponse.OK, PageFiles.answer(path).status(), path);
      String text = Files.readString(file).replace("http://www.w3.org/2000/svg", "");
      assertFalse(text.contains("http://") || text.contains("https://"), path);
      assertFalse(text.contains("innerHTML") || text.contains("insertAdjacentHTML"), path);
    }
  }

  private static List<Path> ownFiles() throws IOException {
    try (Stream<Path> files = Files.walk(PAGE)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(PAGE.resolve("lib")))
          .toList();
    }
  }
}
