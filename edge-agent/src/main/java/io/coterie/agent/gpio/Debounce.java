package io.coterie.agent.gpio;

import java.util.OptionalLong;

/**
 * A switch whose contacts bounce: a level counts once it has stood for a while. Immutable.
 *
 * @param stableNs how long
 * @param settled the level that counts
 * @param level the level now
 * @param sinceNs since when it is that
 */
record Debounce(long stableNs, boolean settled, boolean level, long sinceNs) {
  static Debounce begin(long stableNs, boolean level, long nowNs) {
    return new Debounce(stableNs, level, level, nowNs);
  }

  Debounce edge(boolean newLevel, long nowNs) {
    Debounce before = at(nowNs);
    return newLevel == before.level
        ? before
        : new Debounce(stableNs, before.settled, newLevel, nowNs).at(nowNs);
  }

  Debounce at(long nowNs) {
    boolean stands = level != settled && nowNs - sinceNs >= stableNs;
    return stands ? new Debounce(stableNs, level, level, sinceNs) : this;
  }

  /** When the present level becomes stable; empty if it is. */
  OptionalLong dueNs() {
    return level == settled ? OptionalLong.empty() : OptionalLong.of(sinceNs + stableNs);
  }
}
