package io.coterie.agent;

import io.coterie.protocol.bundle.ContentStore;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Takes the next number after the one in the file, and writes it to the file. */
  static long take(Path file, long clockMs) {
    long incarnation = next(read(file), clockMs);
    try {
      ContentStore.writeAtomically(
          file, Long.toString(incarnation).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      log.warn("cannot keep the incarnation: file={} reason={}", file, e.getMessage());
    }
    return incarnation;
  }

  private static long read(Path file) {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException | NumberFormatException e) {
      // Absent or damaged: the clock decides.
      return 0;
    }
  }
}
