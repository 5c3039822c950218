package io.coterie.orchestrator.learning;

import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What was learnt of all boards, by the name of their agent. Immutable, and the same as JSON. Ages
 * count the time in which the orchestrator runs, because a hub may have no clock.
 *
 * @param boards at most {@value #MAX_BOARDS}; those not heard of for {@value #FORGET_DAYS} days are
 *     forgotten
 */
public record Learnt(Map<String, LearntBoard> boards) {
  static final int MAX_BOARDS = Topics.MOST_AGENTS;
  static final int FORGET_DAYS = 7;
  static final double FORGET_SECONDS = FORGET_DAYS * 86_400.0;

  /** Nothing is known of any board. */
  public static final Learnt NOTHING = new Learnt(Map.of());

  public Learnt {
    boards = Check.mapOrEmpty(boards);
    boards.keySet().forEach(name -> Topics.checkName(name, "agent"));
  }

  /**
   * Takes a report in.
   *
   * @param missedTotal frames dropped and inferences failed since the agent's start
   * @param progress by digest of the student's model
   */
  public Learnt heard(
      String agent, long incarnation, long missedTotal, Map<String, StudentProgress> progress) {
    return with(agent, board -> board.heard(incarnation, missedTotal, progress));
  }

  /** Records that the agent is online. */
  public Learnt met(String agent, long incarnation) {
    return with(agent, board -> board.met(incarnation));
  }

  /** The agent was lost while it had students to run. */
  public Learnt lost(String agent) {
    return with(agent, LearntBoard::lost);
  }

  /** The agent now runs on another board or is of another release. */
  public Learnt changed(String agent) {
    return boards.containsKey(agent) ? with(agent, LearntBoard::changed) : this;
  }

  private Learnt with(String agent, UnaryOperator<LearntBoard> change) {
    Map<String, LearntBoard> all = new HashMap<>(boards);
    all.put(agent, change.apply(boards.getOrDefault(agent, LearntBoard.UNKNOWN)));
    while (all.size() > MAX_BOARDS) {
      all.entrySet().stream()
          .filter(entry -> !entry.getKey().equals(agent))
          .max(Comparator.comparingDouble(entry -> entry.getValue().unheardSeconds()))
          .ifPresent(oldest -> all.remove(oldest.getKey()));
    }
    return new Learnt(all);
  }

  /**
   * Time passes.
   *
   * @param working agents that are online and have students to run
   */
  public Learnt elapsed(double seconds, Set<String> working) {
    Map<String, LearntBoard> older = new HashMap<>();
    boards.forEach(
        (agent, board) -> {
          LearntBoard aged = board.elapsed(seconds, working.contains(agent), FORGET_SECONDS);
          if (aged.unheardSeconds() < FORGET_SECONDS) {
            older.put(agent, aged);
          }
        });
    return new Learnt(older);
  }

  /** The agent's incarnation when it was last heard of; 0 for never. */
  public long incarnation(String agent) {
    return of(agent).incarnation();
  }

  /** How many times slower than usual the agent's board runs; 1 for one that runs as usual. */
  public double slowness(String agent) {
    return of(agent).pace().factor();
  }

  /**
   * Probability above 0 and below 1 that the board fails.
   *
   * @param declared by its owner, in [0, 1)
   */
  public double failureProbability(String agent, double declared) {
    return of(agent).failures().probability(declared);
  }

  /** The latencies that plans use for the students that a board has measured. */
  public Map<Measurement, Double> measuredSeconds() {
    Map<Measurement, Double> all = new HashMap<>();
    boards.forEach(
        (agent, board) ->
            board
                .pace()
                .seconds()
                .forEach((model, seconds) -> all.put(new Measurement(agent, model), seconds)));
    return all;
  }

  /** Whether the board has measured the model often enough for a plan to be changed for it. */
  public boolean isSettled(String agent, String model) {
    Measured measured = of(agent).pace().models().get(model);
    return measured != null && measured.level().reports() >= Measured.SETTLED_REPORTS;
  }

  private LearntBoard of(String agent) {
    return boards.getOrDefault(agent, LearntBoard.UNKNOWN);
  }
}
