package io.coterie.hub.access;

import io.coterie.protocol.access.Permissions;
import java.util.List;
import java.util.stream.Collectors;

/** A user's rights as EMQX's {@code acl.conf} spells them: Erlang terms, the first that fits. */
public final class EmqxAcl {
  /** After all users: what no line allows is forbidden. */
  public static final String END = "{deny, all}.\n";

  private EmqxAcl() {}

  /** The lines of this user. */
  public static String of(Permissions user) {
    return "%% "
        + user.role().text()
        + "\n"
        + line(user, "publish", user.publishFilters())
        + line(user, "subscribe", user.subscribeFilters())
        + "\n";
  }

  /** Names and topics have no characters that Erlang's strings would read otherwise. */
  private static String line(Permissions user, String action, List<String> filters) {
    if (filters.isEmpty()) {
      return "";
    }
    String topics =
        filters.stream()
            .map(filter -> "\"" + filter + "\"")
            .collect(Collectors.joining(",\n  ", "[\n  ", "\n]"));
    return "{allow, {username, \"" + user.name() + "\"}, " + action + ", " + topics + "}.\n";
  }
}
