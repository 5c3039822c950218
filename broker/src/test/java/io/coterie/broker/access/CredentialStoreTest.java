package io.coterie.broker.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.Authenticator.ConnectRequest;
import io.coterie.broker.Authenticator.Principal;
import io.coterie.protocol.access.JoinToken;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CredentialStoreTest {
  private static final Topics TOPICS = new Topics("coterie");
  private static final String CA = "0".repeat(64);

  @TempDir Path folder;

  @Test
  void letsInWhoHasTheRightPassword() throws Exception {
    CredentialStore store = new CredentialStore(folder.resolve("security"));
    String password = store.add("cam", Role.PUBLISHER);
    try (CredentialAuthenticator authenticator = new CredentialAuthenticator(TOPICS, store)) {
      Principal principal =
          authenticator.authenticate(request("cam", password, true)).orElseThrow();
      assertEquals("cam", principal.name());
      assertTrue(principal.authorizer().mayPublish("coterie/deployments/d/input/cam", false));
      assertFalse(principal.authorizer().mayPublish("coterie/deployments/d/spec", true));
      assertEquals(
          Optional.empty(), authenticator.authenticate(request("cam", password + "x", true)));
      assertEquals(Optional.empty(), authenticator.authenticate(request("nobody", password, true)));
      assertEquals(
          Optional.empty(), authenticator.authenticate(request("", "", true)), "TLS needs a name");
      assertEquals(
          Optional.of(Principal.TRUSTED),
          authenticator.authenticate(request("", "", false)),
          "the hub");
      assertEquals(Optional.empty(), authenticator.authenticate(remote("", "")));
    }
  }

  @Test
  void showsOutWhoseCredentialIsRevoked() throws Exception {
    CredentialStore store = new CredentialStore(folder.resolve("security"));
    String password = store.add("cam", Role.PUBLISHER);
    store.add("other", Role.VIEWER);
    List<String> out = new ArrayList<>();
    try (CredentialAuthenticator authenticator = new CredentialAuthenticator(TOPICS, store)) {
      authenticator.watch(out::add);
      assertTrue(store.revoke("cam"));
      authenticator.reload();
      assertEquals(List.of("cam"), out);
      assertEquals(Optional.empty(), authenticator.authenticate(request("cam", password, true)));
      assertFalse(store.revoke("cam"));
    }
  }

  @Test
  void enrolsABoardWithAnInvitation() throws Exception {
    CredentialStore store = new CredentialStore(folder.resolve("security"));
    JoinToken token = store.invite("mqtts://hub", CA, Long.MAX_VALUE);
    try (CredentialAuthenticator authenticator = new CredentialAuthenticator(TOPICS, store)) {
      String wanted = token.secret() + ":my-password";
      Principal principal =
          authenticator.authenticate(request("enrol:kitchen", wanted, true)).orElseThrow();
      assertFalse(
          principal.authorizer().mayPublish("coterie/agents/kitchen/state", true), "not yet");
      Principal agent =
          authenticator.authenticate(request("kitchen", "my-password", true)).orElseThrow();
      assertTrue(agent.authorizer().mayPublish("coterie/agents/kitchen/state", true));
      String again = token.secret() + ":other";
      assertEquals(
          Optional.empty(), authenticator.authenticate(request("enrol:attic", again, true)));
      assertEquals(Optional.empty(), authenticator.authenticate(request("enrol:a/b", again, true)));
      assertEquals(Optional.empty(), authenticator.authenticate(request("enrol:attic", ":", true)));
    }
  }

  @Test
  void looksAtNoMorePasswordsOfWhoGuesses() throws Exception {
    CredentialStore store = new CredentialStore(folder.resolve("security"));
    String password = store.add("cam", Role.PUBLISHER);
    try (CredentialAuthenticator authenticator = new CredentialAuthenticator(TOPICS, store)) {
      for (int i = 0; i < 10; i++) {
        assertEquals(Optional.empty(), authenticator.authenticate(request("cam", "wrong", true)));
      }
      assertEquals(Optional.empty(), authenticator.authenticate(request("cam", password, true)));
      assertTrue(authenticator.authenticate(remote("cam", password)).isPresent(), "from elsewhere");
    }
  }

  @Test
  void keepsNoSecretAnywhereAndItsFilesToItself() throws Exception {
    Path security = folder.resolve("security");
    CredentialStore store = new CredentialStore(security);
    String password = store.add("cam", Role.PUBLISHER);
    JoinToken token = store.invite("mqtts://hub", CA, Long.MAX_VALUE);
    HubCertificates.open(security).issue(List.of("localhost"), "secret");
    String text = Files.readString(security.resolve("credentials.json"));
    assertFalse(text.contains(password));
    assertFalse(text.contains(token.secret()));
    assertFalse(token.toString().contains(token.secret()));
    try (Stream<Path> files = Files.walk(security)) {
      for (Path file : files.toList()) {
        String expected = Files.isDirectory(file) ? "rwx------" : "rw-------";
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        assertEquals(expected, mode, file.toString());
      }
    }
  }

  @Test
  void letsNobodyInWhereTheFileIsDamaged() throws Exception {
    CredentialStore store = new CredentialStore(folder);
    String password = store.add("cam", Role.PUBLISHER);
    try (CredentialAuthenticator authenticator = new CredentialAuthenticator(TOPICS, store)) {
      Files.writeString(folder.resolve("credentials.json"), "{\"credentials\":");
      assertEquals(Optional.empty(), authenticator.authenticate(request("cam", password, true)));
    }
    IOException e =
        assertThrows(IOException.class, () -> new CredentialAuthenticator(TOPICS, store));
    assertTrue(e.getMessage().contains("is damaged"), e.getMessage());
  }

  @Test
  void keepsItsAuthorityOverRestarts() throws Exception {
    HubCertificates first = HubCertificates.open(folder);
    assertEquals(first.fingerprint(), HubCertificates.open(folder).fingerprint());
    assertNotEquals(
        first.fingerprint(), HubCertificates.open(folder.resolve("another")).fingerprint());
    Files.writeString(folder.resolve("ca.key"), "x");
    IOException e = assertThrows(IOException.class, () -> HubCertificates.open(folder));
    assertTrue(e.getMessage().contains("is damaged"), e.getMessage());
  }

  private static ConnectRequest request(String user, String password, boolean encrypted)
      throws Exception {
    return from("127.0.0.1", user, password, encrypted);
  }

  private static ConnectRequest remote(String user, String password) throws Exception {
    return from("192.0.2.7", user, password, false);
  }

  private static ConnectRequest from(
      String address, String user, String password, boolean encrypted) throws Exception {
    return new ConnectRequest(
        "id",
        Optional.of(InetAddress.getByName(address)),
        encrypted,
        user,
        password.getBytes(StandardCharsets.UTF_8));
  }
}
