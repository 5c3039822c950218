package io.coterie.broker.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.Admission.Applicant;
import io.coterie.broker.Admission.Guest;
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
    try (Door door = new Door(TOPICS, store)) {
      Guest guest = door.admit(applicant("cam", password, true)).orElseThrow();
      assertEquals("cam", guest.name());
      assertTrue(guest.rights().mayPublish("coterie/deployments/d/input/cam", false));
      assertFalse(guest.rights().mayPublish("coterie/deployments/d/spec", true));
      assertEquals(Optional.empty(), door.admit(applicant("cam", password + "x", true)));
      assertEquals(Optional.empty(), door.admit(applicant("nobody", password, true)));
      assertEquals(Optional.empty(), door.admit(applicant("", "", true)), "TLS needs a name");
      assertEquals(Optional.of(Guest.TRUSTED), door.admit(applicant("", "", false)), "the hub");
      assertEquals(Optional.empty(), door.admit(remote("", "")));
    }
  }

  @Test
  void showsOutWhoseCredentialIsRevoked() throws Exception {
    CredentialStore store = new CredentialStore(folder.resolve("security"));
    String password = store.add("cam", Role.PUBLISHER);
    store.add("other", Role.VIEWER);
    List<String> out = new ArrayList<>();
    try (Door door = new Door(TOPICS, store)) {
      door.watch(out::add);
      assertTrue(store.revoke("cam"));
      door.look();
      assertEquals(List.of("cam"), out);
      assertEquals(Optional.empty(), door.admit(applicant("cam", password, true)));
      assertFalse(store.revoke("cam"));
    }
  }

  @Test
  void enrolsABoardWithAnInvitation() throws Exception {
    CredentialStore store = new CredentialStore(folder.resolve("security"));
    JoinToken token = store.invite("mqtts://hub", CA, Long.MAX_VALUE);
    try (Door door = new Door(TOPICS, store)) {
      String wanted = token.secret() + ":my-password";
      Guest guest = door.admit(applicant("enrol:kitchen", wanted, true)).orElseThrow();
      assertFalse(guest.rights().mayPublish("coterie/agents/kitchen/state", true), "not yet");
      Guest agent = door.admit(applicant("kitchen", "my-password", true)).orElseThrow();
      assertTrue(agent.rights().mayPublish("coterie/agents/kitchen/state", true));
      String again = token.secret() + ":other";
      assertEquals(Optional.empty(), door.admit(applicant("enrol:attic", again, true)));
      assertEquals(Optional.empty(), door.admit(applicant("enrol:a/b", again, true)));
      assertEquals(Optional.empty(), door.admit(applicant("enrol:attic", ":", true)));
    }
  }

  @Test
  void looksAtNoMorePasswordsOfWhoGuesses() throws Exception {
    CredentialStore store = new CredentialStore(folder.resolve("security"));
    String password = store.add("cam", Role.PUBLISHER);
    try (Door door = new Door(TOPICS, store)) {
      for (int i = 0; i < 10; i++) {
        assertEquals(Optional.empty(), door.admit(applicant("cam", "wrong", true)));
      }
      assertEquals(Optional.empty(), door.admit(applicant("cam", password, true)));
      assertTrue(door.admit(remote("cam", password)).isPresent(), "from elsewhere");
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
    try (Door door = new Door(TOPICS, store)) {
      Files.writeString(folder.resolve("credentials.json"), "{\"credentials\":");
      assertEquals(Optional.empty(), door.admit(applicant("cam", password, true)));
    }
    IOException e = assertThrows(IOException.class, () -> new Door(TOPICS, store));
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

  private static Applicant applicant(String user, String password, boolean encrypted)
      throws Exception {
    return from("127.0.0.1", user, password, encrypted);
  }

  private static Applicant remote(String user, String password) throws Exception {
    return from("192.0.2.7", user, password, false);
  }

  private static Applicant from(String address, String user, String password, boolean encrypted)
      throws Exception {
    return new Applicant(
        "id",
        Optional.of(InetAddress.getByName(address)),
        encrypted,
        user,
        password.getBytes(StandardCharsets.UTF_8));
  }
}
