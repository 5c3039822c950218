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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, aarch64, osx-aarch64",
    "Windows 11, amd64, win-x64"
  })
  void knowsThePlatformsOfOnnxRuntime(String os, String arch, String platform) throws Exception {
    assertEquals(platform, NativeLibraries.platform(os, arch));
  }

  @ParameterizedTest
  @CsvSource({"Linux, arm", "Linux, riscv64", "Linux, x86", "Mac OS X, x86_64", "FreeBSD, amd64"})
  void saysForWhichPlatformThereIsNoLibrary(String os, String arch) {
    IOException e = assertThrows(IOException.class, () -> NativeLibraries.platform(os, arch));
    String expected = "ONNX Runtime has no libraries for " + os + " on " + arch + ", only for ";
    assertTrue(e.getMessage().startsWith(expected), e.getMessage());
  }

  @Test
  void saysWhichLibraryThereIsNot() {
    IOException e =
        assertThrows(
            IOException.class, () -> NativeLibraries.unpack(RESOURCES, "libnone.so", folder));
    assertTrue(e.getMessage().contains("libnone.so"), e.getMessage());
  }
}
