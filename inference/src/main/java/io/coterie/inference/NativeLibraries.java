package io.coterie.inference;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * Unpacks ONNX Runtime's native libraries once. Left to itself it unpacks 28 MB into the temporary
 * folder at every start, and a killed process leaves them there.
 */
public final class NativeLibraries {
  private static final String PROPERTY = "onnxruntime.native.path";
  private static final String VERSION = "1.28.0";
  private static final List<String> PLATFORMS =
      List.of("linux-x64", "linux-aarch64", "osx-aarch64", "win-x64");
  private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");

  private NativeLibraries() {}

  /**
   * Makes ONNX Runtime load its libraries from below {@code cache}. Call it before any other class
   * of ONNX Runtime is used. Does nothing where the property {@value #PROPERTY} is set already.
   *
   * @throws IOException if the libraries cannot be written, as on a full disk
   */
  public static synchronized void unpackTo(Path cache) throws IOException {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    Path folder =
        Files.createDirectories(cache.resolve("onnxruntime-" + VERSION).resolve(platform));
    for (String name : NAMES) {
      unpack("/ai/onnxruntime/native/" + platform + "/", System.mapLibraryName(name), folder);
    }
    System.setProperty(PROPERTY, folder.toString());
  }

  /**
   * What ONNX Runtime calls a system and its processor.
   *
   * @throws IOException if it has no libraries for them
   */
  static String platform(String os, String arch) throws IOException {
    String cpu =
        switch (arch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64", "arm64" -> "aarch64";
          default -> arch;
        };
    String lower = os.toLowerCase(Locale.ROOT);
    String system = lower.startsWith("mac") ? "osx" : lower.startsWith("win") ? "win" : lower;
    String platform = system + "-" + cpu;
    if (!PLATFORMS.contains(platform)) {
      throw new IOException(
          "ONNX Runtime has no libraries for "
              + os
              + " on "
              + arch
              + ", only for "
              + String.join(", ", PLATFORMS)
              + ": a Raspberry Pi needs a 64-bit system and a 64-bit Java");
    }
    return platform;
  }

  /** Also in place of a file that a power cut left in part. */
  static void unpack(String resources, String file, Path folder) throws IOException {
    URL resource = OnnxModel.class.getResource(resources + file);
    if (resource == null) {
      throw new IOException("ONNX Runtime has no library for this platform: " + resources + file);
    }
    URLConnection library = resource.openConnection();
    Path target = folder.resolve(file);
    if (Files.exists(target) && Files.size(target) == library.getContentLengthLong()) {
      return;
    }
    Path temporary = Files.createTempFile(folder, file, ".new");
    try (InputStream in = library.getInputStream()) {
      Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel written = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
