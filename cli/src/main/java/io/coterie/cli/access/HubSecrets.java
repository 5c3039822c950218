package io.coterie.cli.access;

import io.coterie.broker.access.CredentialStore;
import io.coterie.broker.access.HubCertificates;
import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
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

  /** Those of the hub with this state folder; the usual one where it is null. */
  public static HubSecrets of(Path state) {
    return new HubSecrets(
        (state == null ? Folders.cache().resolve("hub") : state).resolve("security"));
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

  /** Where boards find the hub; says what to do where it was never started for others. */
  public String addresses() throws IOException {
    try {
      return Files.readString(folder.resolve(ADDRESSES)).strip();
    } catch (NoSuchFileException e) {
      throw new CommandException(
          "no hub with state in "
              + folder.getParent()
              + " has let other machines in yet: start one with 'coterie up --bind 0.0.0.0', or name"
              + " its folder with --state");
    }
  }
}
