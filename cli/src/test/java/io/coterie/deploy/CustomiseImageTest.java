package io.coterie.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the script {@code deploy/customise-image} refuses before it touches anything. That what it
 * makes starts and joins is shown by {@code deploy/verify-image}.
 */
@Tag("process")
final class CustomiseImageTest {
  @TempDir Path folder;

  @BeforeEach
  void prepare() throws IOException {
    Files.writeString(folder.resolve("board.img"), "no image");
    Files.writeString(folder.resolve("board.img.xz"), "packed");
    Files.writeString(folder.resolve("agent.deb"), "no package");
    Files.writeString(folder.resolve("kitchen.token"), "coterie1-eyJ4Ijoi_-\n");
    Files.writeString(folder.resolve("shopping.txt"), "milk\n");
  }

  private String refused(String arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of("../deploy/customise-image").toAbsolutePath().toString());
    command.addAll(List.of(arguments.split(" ")));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertEquals(1, process.exitValue(), output);
    return output;
  }

  @ParameterizedTest
  @CsvSource({
    "--package agent.deb, say which image",
    "--package agent.deb missing.img, no image at missing.img",
    "--package agent.deb board.img.xz, unpack it first: board.img.xz",
    "--package agent.deb board.img other.img, 'more than one image: board.img, other.img'",
    "board.img, say which package",
    "--package missing.deb board.img, no package at missing.deb",
    "--package agent.deb --token shopping.txt board.img, no join token in shopping.txt",
    "--package agent.deb --token missing board.img, no join token in missing",
    "--package agent.deb --board missing board.img, no file at missing",
    "--package agent.deb --id kit/chen board.img, --id kit/chen",
    "--package agent.deb --lights board.img, unknown option --lights",
    "board.img --package, --package needs a value"
  })
  void namesWhatIsWrong(String arguments, String message) throws Exception {
    String output = refused(arguments);
    assertTrue(output.startsWith("customise-image: ") && output.contains(message), output);
  }

  @Test
  void leavesTheImageAsItWas() throws Exception {
    refused("--package agent.deb --token kitchen.token board.img");
    assertEquals("no image", Files.readString(folder.resolve("board.img")));
  }
}
