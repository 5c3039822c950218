package io.coterie.protocol.access;

import io.coterie.protocol.bus.Login;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A login in a file that only its owner can read. */
public final class LoginFile {
  private LoginFile() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or holds no login; the message says what to do
   */
  public static Login read(Path file) throws IOException {
    try {
      return Json.read(Files.readAllBytes(file), Login.class);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "no credential file "
              + file
              + ": 'coterie credential add NAME --role ROLE --out FILE' on the hub makes one",
          e);
    } catch (JsonException e) {
      throw new IOException(file + " is no credential file: " + e.getMessage(), e);
    }
  }

  /**
   * Writes a file, with mode 0600.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Login login) throws IOException {
    SecretFile.write(file, Json.bytes(login));
  }
}
