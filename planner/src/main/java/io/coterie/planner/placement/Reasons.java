package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.exact.ExactSearch;
import io.coterie.planner.exact.ExactSolver;
import io.coterie.protocol.message.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says in sentences what a candidate lacks, what would help, and why another one lost. */
final class Reasons {
  /** More idle boards than this for the same cause are counted instead of listed. */
  private static final int MAX_LISTED = 8;

  private static final long MAX_NODES = 20_000;

  private final List<Evaluator> evaluators;

  Reasons(List<Evaluator> evaluators) {
    this.evaluators = evaluators;
  }

  List<Reason> of(Candidate candidate, Evaluator evaluator) {
    List<Reason> reasons = new ArrayList<>();
    addShortcomings(reasons, candidate, evaluator);
    if (candidate.layout().isComplete() && !evaluator.meetsTarget(candidate.layout())) {
      reasons.add(Reason.of(Reason.Code.SUCCESS_MISSED, outOfReach(candidate, evaluator)));
    }
    addIdle(reasons, candidate, evaluator);
    return reasons;
  }

  String whyNot(Candidate other, Evaluator evaluator, Candidate chosen) {
    if (other.rank() < chosen.rank()) {
      List<Reason> reasons = new ArrayList<>();
      addShortcomings(reasons, other, evaluator);
      return reasons.stream().findFirst().map(Reason::text).orElse("meets less of the objective");
    }
    String accuracy =
        text(
            "expected accuracy %.2f %% instead of %.2f %%",
            100 * other.accuracy(), 100 * chosen.accuracy());
    String latency =
        text(
            "latency %.2f ms instead of %.2f ms",
            1e3 * other.latencySeconds(), 1e3 * chosen.latencySeconds());
    boolean slower = other.latencySeconds() > chosen.latencySeconds();
    return switch (evaluator.objective().goal()) {
      case ACCURACY ->
          other.accuracy() < chosen.accuracy() - Candidate.LIKE_ACCURACY
              ? accuracy
              : slower ? latency + " at like accuracy" : notWorth();
      case LATENCY ->
          slower ? latency : other.accuracy() < chosen.accuracy() ? accuracy : notWorth();
      case REPLICAS ->
          other.success() < chosen.success()
              ? text("success %.6f instead of %.6f", other.success(), chosen.success())
              : other.accuracy() < chosen.accuracy() ? accuracy : notWorth();
    };
  }

  private static String notWorth() {
    return "not enough better than the plan in force to move boards";
  }

  private static void addShortcomings(
      List<Reason> reasons, Candidate candidate, Evaluator evaluator) {
    Layout layout = candidate.layout();
    double[] allFail = evaluator.allFail(layout);
    for (int p = 0; p < allFail.length; p++) {
      if (!layout.isHosted(p)) {
        reasons.add(
            Reason.ofPartition(
                Reason.Code.PARTITION_MISSING, p, missing(layout, p, evaluator.objective())));
      }
    }
    for (int p = 0; p < allFail.length; p++) {
      if (layout.isHosted(p) && !evaluator.meets(allFail[p])) {
        reasons.add(
            Reason.ofPartition(
                Reason.Code.SUCCESS_MISSED,
                p,
                text(
                    "partition %d of K=%d succeeds with %.4f, below the target %.4f",
                    p, allFail.length, 1 - allFail[p], evaluator.objective().successTarget())));
      }
    }
    if (layout.instances() > 0
        && candidate.latencySeconds() > evaluator.objective().deadlineSeconds()) {
      reasons.add(
          Reason.of(
              Reason.Code.DEADLINE_MISSED,
              text(
                  "predicted latency %.2f ms exceeds the deadline of %.2f ms",
                  1e3 * candidate.latencySeconds(),
                  1e3 * evaluator.objective().deadlineSeconds())));
    }
  }

  private static String missing(Layout layout, int partition, Objective objective) {
    CostTable table = layout.table();
    if (objective.instancesAllowed() <= layout.instances()) {
      return text(
          "partition %d of K=%d is hosted by no board: the budget of %d students is used up",
          partition, table.k(), objective.replicaBudget());
    }
    int smallest = table.smallest(partition);
    long largest = 0;
    for (int board = 0; board < table.boards(); board++) {
      largest = Math.max(largest, table.memory(board));
    }
    return text(
        "partition %d of K=%d is hosted by no board: its smallest student %s needs %d KB beside what"
            + " boards host already, the largest board has %d KB",
        partition,
        table.k(),
        table.student(partition, smallest).name(),
        (table.bytes(partition, smallest) + 1023) / 1024,
        largest / 1024);
  }

  /** The best reachable success and the cure. */
  private String outOfReach(Candidate candidate, Evaluator evaluator) {
    Objective objective = evaluator.objective();
    double found = 1;
    for (double allFail : evaluator.allFail(candidate.layout())) {
      found = Math.min(found, 1 - allFail);
    }
    double reachable = found;
    boolean exact = true;
    for (Evaluator of : evaluators) {
      boolean small =
          of.table().boards() <= ExactSolver.MAX_BOARDS && of.table().k() <= ExactSolver.MAX_K;
      exact &= small;
      if (small) {
        reachable = Math.max(reachable, new ExactSearch(of.table()).highestTarget(MAX_NODES));
      }
    }
    double target = objective.successTarget();
    if (exact && reachable < target - 1e-9) {
      return text(
          "no placement on these boards reaches the target %s, at best every group succeeds with"
              + " %s: add boards, or lower the target to that",
          number(target), number(reachable));
    }
    return text(
        "the weakest group succeeds with %s: add a board, lower the target %s%s",
        number(found),
        number(target),
        Double.isInfinite(objective.deadlineSeconds())
            ? ""
            : ", or allow more time than " + 1e3 * objective.deadlineSeconds() + " ms");
  }

  /** Rounded down, so that it can be given as a target. */
  private static String number(double probability) {
    return text("%.6f", Math.floor(probability * 1e6 + 1e-3) / 1e6);
  }

  private static void addIdle(List<Reason> reasons, Candidate candidate, Evaluator evaluator) {
    Map<String, List<Integer>> idleByCause = new LinkedHashMap<>();
    CostTable table = evaluator.table();
    for (int board = 0; board < table.boards(); board++) {
      if (candidate.layout().isIdle(board)) {
        idleByCause
            .computeIfAbsent(cause(candidate.layout(), board, evaluator), c -> new ArrayList<>())
            .add(board);
      }
    }
    idleByCause.forEach((cause, boards) -> reasons.addAll(idle(table, cause, boards)));
  }

  private static List<Reason> idle(CostTable table, String cause, List<Integer> boards) {
    String first = table.board(boards.get(0)).id();
    if (boards.size() > MAX_LISTED) {
      return List.of(
          Reason.of(
              Reason.Code.BOARD_IDLE,
              text("%d boards are idle, such as %s: ", boards.size(), first)
                  + text(cause, table.memory(boards.get(0)) / 1024)));
    }
    return boards.stream()
        .map(
            board ->
                Reason.ofAgent(
                    Reason.Code.BOARD_IDLE,
                    table.board(board).id(),
                    text("board %s is idle: ", table.board(board).id())
                        + text(cause, table.memory(board) / 1024)))
        .toList();
  }

  /** A format for the board's memory in KB. */
  private static String cause(Layout layout, int board, Evaluator evaluator) {
    CostTable table = layout.table();
    Objective objective = evaluator.objective();
    if (layout.instances() >= objective.instancesAllowed()) {
      return text("the budget of %d students is used up", objective.replicaBudget());
    }
    boolean holdsAny = false;
    for (int p = 0; p < table.k(); p++) {
      if (layout.isHosted(p) && layout.canJoin(board, p)) {
        return objective.goal() == PlacementGoal.LATENCY
            ? "with it the plan would be slower"
            : "with it the plan would miss its deadline";
      }
      holdsAny |= table.bytes(p, table.smallest(p)) <= table.memory(board);
    }
    return holdsAny ? "its %d KB do not hold what the groups run" : "its %d KB hold no student";
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
