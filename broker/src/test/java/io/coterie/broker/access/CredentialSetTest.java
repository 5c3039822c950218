package io.coterie.broker.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.access.Role;
import io.coterie.protocol.bundle.Digest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CredentialSetTest {
  private static final long NOW_MS = 1_000;

  private final CredentialSet invited =
      CredentialSet.EMPTY.withGrant(
          new EnrolmentGrant(Digest.of("secret".getBytes(UTF_8)), 2_000), NOW_MS);

  @Test
  void anInvitationLetsOneBoardInOnce() {
    CredentialSet enrolled = invited.enrol("kitchen", "secret", "pass", NOW_MS).orElseThrow();
    Credential kitchen = enrolled.find("kitchen").orElseThrow();
    assertEquals(Role.AGENT, kitchen.kind());
    assertTrue(kitchen.password().matches("pass".getBytes(UTF_8)));
    assertFalse(kitchen.password().matches("pass ".getBytes(UTF_8)));
    assertEquals(Optional.empty(), enrolled.enrol("attic", "secret", "other", NOW_MS));
  }

  @Test
  void aBoardThatHeardNoAnswerMayAskAgain() {
    CredentialSet enrolled = invited.enrol("kitchen", "secret", "pass", NOW_MS).orElseThrow();
    assertEquals(Optional.of(enrolled), enrolled.enrol("kitchen", "secret", "pass", NOW_MS));
    assertEquals(Optional.empty(), enrolled.enrol("kitchen", "secret", "other", NOW_MS));
  }

  @Test
  void aNameThatIsTakenIsNotForOthersAndCostsNoInvitation() {
    CredentialSet credentials = invited.with(new Credential("cam", "publisher", Password.of("p")));
    assertEquals(Optional.empty(), credentials.enrol("cam", "secret", "pass", NOW_MS));
    assertEquals(Optional.empty(), credentials.enrol("cam", "secret", "p", NOW_MS), "not an agent");
    assertTrue(credentials.enrol("kitchen", "secret", "pass", NOW_MS).isPresent());
  }

  @Test
  void invitationsExpire() {
    assertEquals(Optional.empty(), invited.enrol("kitchen", "secret", "pass", 2_000));
    CredentialSet later =
        invited.withGrant(new EnrolmentGrant(Digest.of(new byte[0]), 9_000), 3_000);
    assertEquals(1, later.invitations().size(), "the expired one is forgotten");
  }

  @Test
  void wrongSecretsLetNobodyIn() {
    assertEquals(Optional.empty(), invited.enrol("kitchen", "Secret", "pass", NOW_MS));
    assertEquals(Optional.empty(), CredentialSet.EMPTY.enrol("kitchen", "", "pass", NOW_MS));
  }

  @Test
  void namesAreUnique() {
    CredentialSet credentials =
        CredentialSet.EMPTY.with(new Credential("cam", "publisher", Password.of("p")));
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> credentials.with(new Credential("cam", "viewer", Password.of("q"))));
    assertTrue(thrown.getMessage().contains("revoke cam"), thrown.getMessage());
    assertEquals(List.of(), credentials.without("cam").credentials());
  }

  @Test
  void passwordsAreSaltedAndRandom() {
    assertFalse(Password.of("p").equals(Password.of("p")));
    assertFalse(Password.random().equals(Password.random()));
    assertTrue(Password.random().length() >= 27, "160 bits");
    assertFalse(Password.of("p").toString().contains(Password.of("p").hash()));
  }

  @Test
  void whoGuessesIsSlowedDownAndOthersAreNot() {
    LoginThrottle throttle = new LoginThrottle();
    for (int i = 0; i < 10; i++) {
      assertTrue(throttle.allowed("bad", 0));
      throttle.failed("bad", 0);
    }
    assertFalse(throttle.allowed("bad", 29_000_000_000L));
    assertTrue(throttle.allowed("good", 0));
    assertTrue(throttle.allowed("bad", 31_000_000_000L));
    for (int i = 0; i < 100_000; i++) {
      throttle.failed("address-" + i, 0);
    }
    assertTrue(throttle.allowed("address-0", 0), "bounded");
  }
}
