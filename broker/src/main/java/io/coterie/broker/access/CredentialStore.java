package io.coterie.broker.access;

import io.coterie.protocol.WallClock;
import io.coterie.protocol.access.JoinToken;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.access.SecretFile;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The book of credentials in a file, which the hub and the command line both change. Passwords are
 * in it as salted hashes only.
 *
 * <p>Thread-safe, also between processes.
 */
public final class CredentialStore {
  private static final String FILE = "credentials.json";
  private static final String LOCK = ".lock";

  private final Path file;

  /**
   * Opens the store of a folder, which need not exist.
   *
   * @param folder the hub's folder for secrets
   */
  public CredentialStore(Path folder) {
    this.file = folder.resolve(FILE);
  }

  /**
   * Everybody who may come in.
   *
   * @throws IOException if the file is unreadable or damaged; nobody is let in then
   */
  public CredentialSet read() throws IOException {
    try {
      return Json.read(Files.readAllBytes(file), CredentialSet.class);
    } catch (NoSuchFileException e) {
      return CredentialSet.EMPTY;
    } catch (JsonException e) {
      throw new IOException(
          file + " is damaged: " + e.getMessage() + " (restore it, or delete it and invite anew)",
          e);
    }
  }

  /** Tells one state of the file from the next; changes with every write. */
  String version() {
    try {
      return Files.readAttributes(file, "lastModifiedTime,size,fileKey").toString();
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Adds a user and returns its password, which is kept nowhere.
   *
   * @throws IllegalArgumentException if there is a user of that name
   */
  public String add(String name, Role role) throws IOException {
    String password = Password.random();
    Credential credential = new Credential(name, role.text(), Password.of(password));
    update(credentials -> credentials.with(credential));
    return password;
  }

  /** Removes a user; false if there is none of that name. */
  public boolean revoke(String name) throws IOException {
    boolean present = read().find(name).isPresent();
    update(credentials -> credentials.without(name));
    return present;
  }

  /**
   * Invites one board.
   *
   * @param brokers where the board is to find the hub
   * @param ca digest of the hub's CA certificate
   */
  public JoinToken invite(String brokers, String ca, long expiresMs) throws IOException {
    String secret = Password.random();
    EnrolmentGrant grant =
        new EnrolmentGrant(Digest.of(secret.getBytes(StandardCharsets.UTF_8)), expiresMs);
    update(credentials -> credentials.withGrant(grant, WallClock.ms()));
    return new JoinToken(brokers, ca, secret);
  }

  /** Makes a credential out of an enrolment grant; false if there is none or the name is taken. */
  boolean enrol(String name, String secret, String password) throws IOException {
    long nowMs = WallClock.ms();
    boolean[] enrolled = new boolean[1];
    update(
        credentials -> {
          Optional<CredentialSet> changed = credentials.enrol(name, secret, password, nowMs);
          enrolled[0] = changed.isPresent();
          return changed.orElse(credentials);
        });
    return enrolled[0];
  }

  private synchronized void update(UnaryOperator<CredentialSet> change) throws IOException {
    Path lockFile = file.resolveSibling(LOCK);
    if (!Files.exists(lockFile)) {
      SecretFile.write(lockFile, new byte[0]);
    }
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      CredentialSet before = read();
      CredentialSet after = change.apply(before);
      if (lock.isValid() && !after.equals(before)) {
        SecretFile.write(file, Json.bytes(after));
      }
    }
  }
}
