package io.coterie.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.enrolment.Joining;
import io.coterie.hub.access.HubSecrets;
import io.coterie.protocol.access.JoinToken;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.ConnectionTrial;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boards that join a hub, and come back to it. */
final class JoiningIT {
  @TempDir Path folder;

  private HubSecrets secrets;
  private HubBroker hub;

  @BeforeEach
  void start() throws Exception {
    secrets = HubSecrets.of(folder.resolve("hub"));
    hub = started();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private HubBroker started() throws Exception {
    ListenerOptions listening =
        new ListenerOptions("127.0.0.1", 0, OptionalInt.of(0), OptionalInt.empty(), false, false);
    return HubBroker.start(listening, new Topics("coterie"), secrets);
  }

  private String token() throws Exception {
    return secrets
        .credentials()
        .invite(secrets.addresses(), secrets.certificates().fingerprint(), Long.MAX_VALUE)
        .text();
  }

  private static Login joined(String token, String id, Path file)
      throws IOException, InterruptedException {
    return Joining.join(
        token,
        id,
        file,
        (ca, known, reason) -> {
          throw reason;
        });
  }

  private static void connect(Login login) throws Exception {
    ConnectionTrial.run(
        ConnectionOptions.of(login.addresses(), "board").withLogin(Optional.of(login)));
  }

  @Test
  void aTokenLetsOneBoardInAndTheBoardComesBackWithoutOne() throws Exception {
    Path file = folder.resolve("kitchen.json");
    String token = token();
    Login login = joined(token, "kitchen", file);
    assertEquals("kitchen", login.user());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    connect(login);
    assertEquals(login, joined(token, "kitchen", file), "used up, and not needed any more");
    Path other = folder.resolve("attic.json");
    var thrown = assertThrows(IOException.class, () -> joined(token, "attic", other));
    assertTrue(thrown.getMessage().contains("credential invite"), thrown.getMessage());
    assertFalse(thrown.getMessage().contains(token), thrown.getMessage());
    assertFalse(Files.exists(other));
  }

  @Test
  void aBoardFindsItsHubAfterARestartElsewhere() throws Exception {
    Path file = folder.resolve("kitchen.json");
    Login login = joined(token(), "kitchen", file);
    hub.close();
    hub = started();
    Login moved = joined(token(), "kitchen", file);
    assertEquals(login.password(), moved.password());
    connect(moved);
  }

  @Test
  void aTokenFromAFileIsReadAndAnotherHubIsNotBelieved() throws Exception {
    Path tokenFile = folder.resolve("token");
    Files.writeString(tokenFile, token() + "\n");
    connect(joined(tokenFile.toString(), "kitchen", folder.resolve("kitchen.json")));
    String forged = new JoinToken(secrets.addresses(), "0".repeat(64), "secret").text();
    var thrown =
        assertThrows(
            IOException.class, () -> joined(forged, "attic", folder.resolve("attic.json")));
    assertTrue(thrown.getMessage().contains("another hub"), thrown.getMessage());
  }
}
