package io.coterie.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLibrariesTest {
  private static final String RESOURCES = "/ai/onnxruntime/native/linux-x64/";
  private static final String FILE = "libonnxruntime4j_jni.so";

  @TempDir private Path folder;

  @Test
  void replacesALibraryThatAPowerCutLeftInPart() throws IOException {
    NativeLibraries.unpack(RESOURCES, FILE, folder);
    Path library = folder.resolve(FILE);
    byte[] whole = Files.readAllBytes(library);
    assertTrue(whole.length > 1_000);
    Files.write(library, Arrays.copyOf(whole, whole.length / 2));
    NativeLibraries.unpack(RESOURCES, FILE, folder);
    assertArrayEquals(whole, Files.readAllBytes(library));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(library), files.toList());
    }
  }

  @Test
  void saysWhichLibraryThereIsNot() {
    IOException e =
        assertThrows(
            IOException.class, () -> NativeLibraries.unpack(RESOURCES, "libnone.so", folder));
    assertTrue(e.getMessage().contains("libnone.so"), e.getMessage());
  }
}
