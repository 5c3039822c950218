package io.coterie.agent;

import io.coterie.agent.board.BoardSettings;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.nio.file.Path;

/**
 * How one agent is set up.
 *
 * @param id the agent's name, unique in the fleet
 * @param base first levels of every topic
 * @param cache folder for models, native libraries and the agent's own state
 * @param throttle at least 1: emulates a board that is so many times slower
 * @param threads for one inference
 * @param memoryBytes memory offered to models
 * @param uplinkBitsPerSecond bandwidth towards the broker, as declared
 * @param failureProbability probability in [0, 1) of giving no portion in time, as declared
 * @param hub whether it runs inside the hub and offers fusing only
 * @param trusted whose bundles it uses
 * @param board what is attached to the board
 */
public record AgentOptions(
    String id,
    String base,
    Path cache,
    double throttle,
    int threads,
    long memoryBytes,
    double uplinkBitsPerSecond,
    double failureProbability,
    boolean hub,
    TrustedKeys trusted,
    BoardSettings board) {
  /** Where nothing is declared. */
  public static final double UPLINK_BITS_PER_SECOND = 20e6;

  /** The failure probability if none is declared: one frame in twenty. */
  public static final double FAILURE_PROBABILITY = 0.05;

  public AgentOptions {
    Topics.checkName(id, "agent id");
    Check.present(cache, "cache");
    if (!(throttle >= 1) || throttle > 1e6) {
      throw new IllegalArgumentException("must be >= 1: throttle=" + throttle);
    }
    Check.positive(threads, "threads");
    Check.positive(memoryBytes, "memoryBytes");
    Check.positive(uplinkBitsPerSecond, "uplinkBitsPerSecond");
    Check.fraction(failureProbability, "failureProbability");
    if (failureProbability == 1) {
      throw new IllegalArgumentException("must be < 1: failureProbability=1");
    }
    Check.present(trusted, "trusted");
    Check.present(board, "board");
  }

  Topics topics() {
    return new Topics(base);
  }
}
