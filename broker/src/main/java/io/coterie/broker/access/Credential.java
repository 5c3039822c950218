package io.coterie.broker.access;

import io.coterie.protocol.access.Role;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;

/**
 * A user that may connect.
 *
 * @param name unique; an agent's is the agent's name
 * @param role as {@link Role#text} has it
 */
public record Credential(String name, String role, Password password) {
  public Credential {
    Topics.checkName(name, "credential");
    Role.parse(role);
    Check.present(password, "password");
  }

  /** What the user may do. */
  public Role kind() {
    return Role.parse(role);
  }
}
