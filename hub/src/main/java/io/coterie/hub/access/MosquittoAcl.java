package io.coterie.hub.access;

import io.coterie.protocol.access.Permissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A user's rights as Mosquitto's {@code acl_file} spells them. */
public final class MosquittoAcl {
  private MosquittoAcl() {}

  /** The lines of this user. */
  public static String of(Permissions user) {
    List<String> writes = user.publishFilters();
    List<String> reads = user.subscribeFilters();
    StringBuilder acl = new StringBuilder();
    acl.append("# ").append(user.role().text()).append('\n');
    acl.append("user ").append(user.name()).append('\n');
    Set<String> filters = new LinkedHashSet<>(writes);
    filters.addAll(reads);
    for (String filter : filters) {
      boolean write = writes.contains(filter);
      String access = write && reads.contains(filter) ? "readwrite" : write ? "write" : "read";
      acl.append("topic ").append(access).append(' ').append(filter).append('\n');
    }
    return acl.append('\n').toString();
  }
}
