package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.LatencyReading;
import io.coterie.planner.exact.ExactSearch;
import io.coterie.planner.exact.ExactSearch.Placement;
import io.coterie.planner.exact.ExactSolver;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The plan in force, continued with the boards there are now, so that nobody moves without need:
 * loading another student costs a board seconds, during which its group is one short.
 *
 * <p>A loss is repaired: boards join groups that fell below the target, everybody else goes on.
 * Idle boards, new ones among them, join where that is a gain, and may relieve those that stood in.
 * Only then, or when a measurement makes the plan perform other than promised, is it up for
 * comparison with a fresh one.
 */
final class Continuation {
  private static final double ROUNDING = 1e-6;
  private static final long MAX_NODES = 20_000;

  private final InForce previous;
  private final Evaluator evaluator;
  private final CostTable table;
  private final int[] student;
  private final Layout restored;
  private boolean lost;

  private Continuation(InForce previous, Evaluator evaluator) {
    this.previous = previous;
    this.evaluator = evaluator;
    this.table = evaluator.table();
    student = new int[table.k()];
    Arrays.fill(student, -1);
    restored = new Layout(table);
  }

  /**
   * The previous plan, continued.
   *
   * @param isSettled whether boards should not move for a gain: one was lost, or nothing changed
   */
  record Continued(Candidate candidate, boolean isSettled) {}

  /** The previous plan without lost boards, repaired; empty where it was of another bundle. */
  static Optional<Continued> of(InForce previous, Evaluator evaluator) {
    Continuation continuation = new Continuation(previous, evaluator);
    return continuation.restore() ? Optional.of(continuation.run()) : Optional.empty();
  }

  private boolean restore() {
    Map<String, Integer> byId = new HashMap<>();
    for (int board = 0; board < table.boards(); board++) {
      byId.put(table.board(board).id(), board);
    }
    for (InForce.Placement planned : previous.placements()) {
      int p = planned.partition();
      student[p] = table.models(p).indexOf(planned.modelSha256());
      if (student[p] < 0) {
        return false;
      }
      for (String id : planned.members()) {
        Integer board = byId.get(id);
        lost |= board == null;
        if (board != null && !restored.hosts(board, p) && restored.fits(board, p, student[p])) {
          restored.add(board, p, student[p]);
        }
      }
    }
    return true;
  }

  private Continued run() {
    Recruiting recruiting = new Recruiting(evaluator);
    Candidate kept = evaluator.evaluate(restored);
    Candidate repaired = repaired(kept, recruiting);
    Candidate enlisted = recruiting.enlistIdle(repaired);
    boolean joined = !enlisted.layout().isSameAs(repaired.layout());
    Candidate relieved = joined && !lost ? recruiting.relieved(enlisted) : enlisted;
    boolean unchanged = relieved.layout().isSameAs(restored) && performsAsPromised(kept);
    return new Continued(relieved, lost || unchanged);
  }

  private Candidate repaired(Candidate kept, Recruiting recruiting) {
    if (restored.isComplete() && evaluator.meetsTarget(restored)) {
      return kept;
    }
    Layout strengthened = restored.copy();
    recruiting.strengthen(strengthened);
    PlacementGoal goal = evaluator.objective().goal();
    Candidate recruited = evaluator.evaluate(strengthened);
    boolean enough = recruited.has(Candidate.COMPLETE + Candidate.TARGET_MET);
    Candidate repaired = enough ? recruited : searched().orElse(recruited);
    return goal.isWorthRepairing(kept, repaired) ? repaired : kept;
  }

  /** The repair by joining boards that a search finds where taking one by one does not. */
  private Optional<Candidate> searched() {
    boolean small = table.boards() <= ExactSolver.MAX_BOARDS && table.k() <= ExactSolver.MAX_K;
    if (!small || Arrays.stream(student).anyMatch(s -> s < 0)) {
      return Optional.empty();
    }
    int open = 0;
    double[] allFail = evaluator.allFail(restored);
    for (int p = 0; p < allFail.length; p++) {
      open |= evaluator.meets(allFail[p]) && restored.isHosted(p) ? 0 : 1 << p;
    }
    Objective objective = evaluator.objective();
    boolean all = objective.reading() == LatencyReading.ALL;
    return new ExactSearch(table)
        .joining(
            new Placement(student, restored.hosted(), 0),
            open,
            objective.successTarget(),
            all ? objective.deadlineSeconds() : Double.POSITIVE_INFINITY,
            MAX_NODES)
        .map(hosted -> evaluator.evaluate(Layout.of(table, student, hosted)));
  }

  private boolean performsAsPromised(Candidate kept) {
    return alike(kept.latencySeconds(), previous.latencySeconds())
        && alike(kept.success(), previous.success())
        && alike(kept.accuracy(), previous.expectedAccuracy());
  }

  private static boolean alike(double a, double b) {
    return Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
  }
}
