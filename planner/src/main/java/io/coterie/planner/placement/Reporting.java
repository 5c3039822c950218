package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.matching.Matching;
import io.coterie.planner.placement.Plan.Alternative;
import io.coterie.planner.placement.Plan.BoardLoad;
import io.coterie.planner.placement.Plan.MatchingValues;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.protocol.message.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Turns the chosen candidate into a plan, and says what lost against it. */
final class Reporting {
  private final Candidate chosen;
  private final List<Evaluator> evaluators;
  private final Evaluator evaluator;
  private final Reasons reasons;

  /**
   * @param evaluators of every partitioning
   */
  Reporting(Candidate chosen, List<Evaluator> evaluators) {
    this.chosen = chosen;
    this.evaluators = evaluators;
    this.evaluator = evaluatorOf(chosen);
    this.reasons = new Reasons(evaluators);
  }

  private Evaluator evaluatorOf(Candidate candidate) {
    return evaluators.stream()
        .filter(e -> e.table().k() == candidate.layout().table().k())
        .findFirst()
        .orElseThrow();
  }

  /**
   * The plan.
   *
   * @param fresh the best new candidate of every K
   */
  Plan plan(List<Candidate> fresh) {
    List<Alternative> alternatives = new ArrayList<>();
    for (Candidate other : fresh) {
      if (!other.layout().isSameAs(chosen.layout())) {
        alternatives.add(alternative(other));
      }
    }
    List<Reason> said = reasons.of(chosen, evaluator);
    if (chosen.layout().instances() == 0) {
      return Plan.none(alternatives, said);
    }
    return new Plan(
        verdict(),
        evaluator.table().k(),
        partitions(),
        chosen.latencySeconds(),
        chosen.success(),
        chosen.accuracy(),
        matchingValues(),
        alternatives,
        said,
        boards());
  }

  private Verdict verdict() {
    if (chosen.rank() == Candidate.PERFECT) {
      return Verdict.COMPLETE;
    }
    return chosen.layout().isComplete() ? Verdict.BELOW_TARGET : Verdict.DEGRADED;
  }

  private List<PlannedPartition> partitions() {
    CostTable table = evaluator.table();
    Layout layout = chosen.layout();
    double[] allFail = evaluator.allFail(layout);
    List<PlannedPartition> partitions = new ArrayList<>();
    for (int p = 0; p < table.k(); p++) {
      if (layout.isHosted(p)) {
        partitions.add(
            new PlannedPartition(
                p,
                table.student(p, layout.student(p)).name(),
                table.student(p, layout.student(p)).digest(),
                fastestFirst(layout, p),
                chosen.latencies()[p],
                1 - allFail[p]));
      }
    }
    return partitions;
  }

  private static List<String> fastestFirst(Layout layout, int partition) {
    return IntStream.of(layout.members(partition))
        .boxed()
        .sorted(Comparator.comparingDouble(layout::busySeconds))
        .map(board -> layout.table().board(board).id())
        .toList();
  }

  private List<BoardLoad> boards() {
    Layout layout = chosen.layout();
    CostTable table = layout.table();
    return IntStream.range(0, table.boards())
        .mapToObj(
            board ->
                new BoardLoad(
                    table.board(board).id(),
                    layout.usedBytes(board),
                    table.memory(board),
                    layout.busySeconds(board)))
        .toList();
  }

  /** Both rules' values for the chosen groups, where every board hosts one student at most. */
  private MatchingValues matchingValues() {
    Layout layout = chosen.layout();
    if (!layout.isComplete() || layout.isStacked()) {
      return MatchingValues.NONE;
    }
    List<int[]> groups = IntStream.range(0, layout.table().k()).mapToObj(layout::members).toList();
    Stacking stacking = new Stacking(evaluator);
    Optional<Matching> max = stacking.matching(groups, Objective.MatchingRule.BOTTLENECK);
    Optional<Matching> sum = stacking.matching(groups, Objective.MatchingRule.SUM);
    return max.isEmpty() || sum.isEmpty()
        ? MatchingValues.NONE
        : new MatchingValues(max.get().max(), max.get().sum(), sum.get().max(), sum.get().sum());
  }

  private Alternative alternative(Candidate other) {
    return new Alternative(
        other.layout().table().k(),
        other.latencySeconds(),
        other.success(),
        other.accuracy(),
        reasons.whyNot(other, evaluatorOf(other), chosen));
  }
}
