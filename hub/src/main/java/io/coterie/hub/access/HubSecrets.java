package io.coterie.hub.access;

import io.coterie.broker.access.CredentialStore;
import io.coterie.broker.access.HubCertificates;
import io.coterie.protocol.access.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where a hub that lets other machines in keeps its CA, its credentials and the addresses that it
 * was last reachable at: the folder {@code security} of its state.
 */
public record HubSecrets(Path folder) {
  private static final String ADDRESSES = "addresses";

  /** Those of the hub with this state folder. */
  public static HubSecrets of(Path state) {
    return new HubSecrets(state.resolve("security"));
  }

  /** Who may come in. */
  public CredentialStore credentials() {
    return new CredentialStore(folder);
  }

  /** The authority; made now if there is none. */
  public HubCertificates certificates() throws IOException {
    return HubCertificates.open(folder);
  }

  /** Notes where boards find the hub. */
  public void setAddresses(String brokers) throws IOException {
    SecretFile.write(folder.resolve(ADDRESSES), brokers.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Where boards find the hub.
   *
   * @throws IllegalArgumentException if it was never started for others; the message says how to
   */
  public String addresses() throws IOException {
    try {
      return Files.readString(folder.resolve(ADDRESSES)).strip();
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "no hub with state in "
              + folder.getParent()
              + " has let other machines in yet: start one with 'coterie up --bind 0.0.0.0', or name"
              + " its folder with --state",
          e);
    }
  }
}
