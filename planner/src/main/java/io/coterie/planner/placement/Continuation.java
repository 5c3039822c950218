package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The plan in force, continued with the boards there are now, so that nobody moves without need:
 * loading another student costs a board seconds, during which its group is one short.
 *
 * <p>A loss is repaired and nothing else: groups that fell below the target get boards, everybody
 * else goes on. Boards that are new join, and may relieve those that stood in. Only then, or when a
 * measurement makes the plan perform other than promised, is it up for comparison with a fresh one.
 *
 * @param candidate the continued plan
 * @param isSettled whether boards should not move for a gain: one was lost, or nothing changed
 */
record Continuation(Candidate candidate, boolean isSettled) {
  private static final double ROUNDING = 1e-6;

  /** The previous plan without lost boards, repaired; empty where it was of another bundle. */
  static Optional<Continuation> of(Plan previous, Evaluator evaluator) {
    CostTable table = evaluator.table();
    Map<String, Integer> byId = new HashMap<>();
    for (int board = 0; board < table.boards(); board++) {
      byId.put(table.board(board).id(), board);
    }
    Layout layout = new Layout(table);
    boolean lost = false;
    for (Plan.PlannedPartition planned : previous.partitions()) {
      int student = student(table, planned);
      if (student < 0) {
        return Optional.empty();
      }
      for (String id : planned.members()) {
        Integer board = byId.get(id);
        lost |= board == null;
        if (board != null
            && !layout.hosts(board, planned.partition())
            && layout.fits(board, planned.partition(), student)) {
          layout.add(board, planned.partition(), student);
        }
      }
    }
    return Optional.of(continued(evaluator.evaluate(layout), previous, evaluator, lost));
  }

  private static Continuation continued(
      Candidate kept, Plan previous, Evaluator evaluator, boolean lost) {
    Recruiting recruiting = new Recruiting(evaluator);
    Layout strengthened = kept.layout().copy();
    recruiting.strengthen(strengthened);
    Candidate repaired = kept;
    if (!strengthened.isSameAs(kept.layout())) {
      repaired = better(evaluator.objective().goal(), kept, evaluator.evaluate(strengthened));
    }
    Candidate enlisted = recruiting.enlistIdle(repaired);
    boolean joined = enlisted != repaired;
    Candidate relieved = joined && !lost ? recruiting.relieved(enlisted) : enlisted;
    boolean settled = lost || (relieved == kept && performsAsPromised(kept, previous));
    return new Continuation(relieved, settled);
  }

  /** Repairs that reach no higher rank must at least be worth the moves. */
  private static Candidate better(Goal goal, Candidate kept, Candidate repaired) {
    boolean sameRank = kept.rank() == repaired.rank();
    boolean surer = sameRank && repaired.success() > kept.success() + ROUNDING;
    return surer || !goal.isWorthKeeping(kept, repaired) ? repaired : kept;
  }

  private static boolean performsAsPromised(Candidate kept, Plan previous) {
    return alike(kept.latencySeconds(), previous.latencySeconds())
        && alike(kept.success(), previous.success())
        && alike(kept.accuracy(), previous.expectedAccuracy());
  }

  private static boolean alike(double a, double b) {
    return Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
  }

  private static int student(CostTable table, Plan.PlannedPartition planned) {
    List<String> models = table.models(planned.partition());
    return models.indexOf(planned.modelSha256());
  }
}
