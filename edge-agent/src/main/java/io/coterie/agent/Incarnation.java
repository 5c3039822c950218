package io.coterie.agent;

import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.runtime.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The number that rises with every start of an agent, also on boards whose clock starts anew. */
final class Incarnation {
  private static final Logger log = LoggerFactory.getLogger(Incarnation.class);

  /** What an agent does when it reads its own state topic. */
  enum Reaction {
    /** The state is what it should be. */
    FINE,
    /** Something older stands there: announce again. */
    ANNOUNCE,
    /** A younger agent of the same name runs: stop. */
    STOP,
    /** An earlier run of this agent had a higher number: take one above it. */
    RAISE
  }

  private Incarnation() {}

  /** How to react to a state that was seen on the agent's own topic. */
  static Reaction judge(long mine, AgentState seen) {
    boolean there = seen.state() == Availability.ONLINE || seen.state() == Availability.DRAINING;
    if (seen.incarnation() == mine) {
      return there ? Reaction.FINE : Reaction.ANNOUNCE;
    }
    if (seen.incarnation() < mine || seen.incarnation() > Check.ABSURD) {
      return Reaction.ANNOUNCE;
    }
    return there ? Reaction.STOP : Reaction.RAISE;
  }

  /** A number above the last one and, where the clock is right, above any other board's. */
  static long next(long last, long clockMs) {
    return Math.max(last + 1, clockMs);
  }

  /** Takes the next number after the one that the store keeps, and writes it to the store. */
  static long take(Store store, String name, long clockMs) {
    long incarnation = next(read(store, name), clockMs);
    try {
      store.write(name, Long.toString(incarnation).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      log.warn(
          "cannot keep the incarnation: file={} in={} reason={}",
          name,
          store.place(),
          e.getMessage());
    }
    return incarnation;
  }

  private static long read(Store store, String name) {
    try {
      return store
          .read(name)
          .map(bytes -> Long.parseLong(new String(bytes, StandardCharsets.UTF_8).strip()))
          .orElse(0L);
    } catch (IOException | NumberFormatException e) {
      log.warn(
          "damaged, so the clock decides: file={} in={} reason={}",
          name,
          store.place(),
          e.getMessage());
      return 0;
    }
  }
}
