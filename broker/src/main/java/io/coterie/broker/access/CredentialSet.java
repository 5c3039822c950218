package io.coterie.broker.access;

import io.coterie.protocol.access.Role;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Check;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everybody who may connect. Immutable: every change gives a new set. */
public record CredentialSet(List<Credential> credentials, List<EnrolmentGrant> invitations) {
  static final CredentialSet EMPTY = new CredentialSet(List.of(), List.of());

  public CredentialSet {
    credentials = Check.listOrEmpty(credentials, "credentials");
    invitations = Check.listOrEmpty(invitations, "invitations");
    long names = credentials.stream().map(Credential::name).distinct().count();
    if (names < credentials.size()) {
      throw new IllegalArgumentException("a name appears twice: credentials");
    }
  }

  /** The user of this name. */
  public Optional<Credential> find(String name) {
    return credentials.stream().filter(credential -> credential.name().equals(name)).findFirst();
  }

  /**
   * With one more user.
   *
   * @throws IllegalArgumentException if there is one of that name
   */
  CredentialSet with(Credential credential) {
    if (find(credential.name()).isPresent()) {
      throw new IllegalArgumentException(
          "there is a credential "
              + credential.name()
              + " already: choose another name, or revoke it with 'coterie credential revoke "
              + credential.name()
              + "'");
    }
    List<Credential> more = new ArrayList<>(credentials);
    more.add(credential);
    return new CredentialSet(more, invitations);
  }

  /** Without the user. */
  CredentialSet without(String name) {
    return new CredentialSet(
        credentials.stream().filter(credential -> !credential.name().equals(name)).toList(),
        invitations);
  }

  /** With one more enrolment grant, and without those that have expired. */
  CredentialSet withGrant(EnrolmentGrant grant, long nowMs) {
    List<EnrolmentGrant> more =
        new ArrayList<>(invitations.stream().filter(old -> old.expiresMs() > nowMs).toList());
    more.add(grant);
    return new CredentialSet(credentials, more);
  }

  /**
   * Makes an agent's credential out of an enrolment grant, which is used up by that. An agent that
   * asks again with the same password, because it heard no answer, has it already.
   *
   * @return the new set; nothing if the agent is not to get in
   */
  Optional<CredentialSet> enrol(String name, String secret, String password, long nowMs) {
    Optional<Credential> present = find(name);
    if (present.isPresent()) {
      boolean again =
          present.get().password().matches(password.getBytes(StandardCharsets.UTF_8))
              && present.get().kind() == Role.AGENT;
      return again ? Optional.of(this) : Optional.empty();
    }
    String digest = Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    Optional<EnrolmentGrant> grant =
        invitations.stream()
            .filter(i -> i.secretSha256().equals(digest) && i.expiresMs() > nowMs)
            .findFirst();
    if (grant.isEmpty()) {
      return Optional.empty();
    }
    List<EnrolmentGrant> left = invitations.stream().filter(i -> !i.equals(grant.get())).toList();
    Credential agent = new Credential(name, Role.AGENT.text(), Password.of(password));
    return Optional.of(new CredentialSet(credentials, left).with(agent));
  }
}
