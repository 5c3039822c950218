package io.coterie.planner.placement;

import io.coterie.protocol.message.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which board runs which student of which partition.
 *
 * @param verdict how good the plan is
 * @param k number of partitions; 0 where no board can host anything
 * @param partitions those that are hosted, by rising number
 * @param latencySeconds predicted latency of the slowest group in the requested reading
 * @param success predicted probability that every hosted or missing partition has its portion in
 *     time
 * @param expectedAccuracy sum over all patterns of missing portions of probability x validation
 *     accuracy, in [0, 1]
 * @param matching what both matching rules would give; zeros where boards host several students
 * @param alternatives the best plan of every other K, with the reason why it was not chosen
 * @param reasons what is missing and why, in sentences for people; empty if all is well
 * @param boards every board of the fleet with its load, by rising id; missing means none
 */
public record Plan(
    Verdict verdict,
    int k,
    List<PlannedPartition> partitions,
    double latencySeconds,
    double success,
    double expectedAccuracy,
    MatchingValues matching,
    List<Alternative> alternatives,
    List<Reason> reasons,
    List<BoardLoad> boards) {
  /** No plan at all. */
  public static final Plan NONE = none(List.of(), List.of());

  public Plan {
    partitions = List.copyOf(partitions);
    alternatives = List.copyOf(alternatives);
    reasons = List.copyOf(reasons);
    boards = boards == null ? List.of() : List.copyOf(boards);
  }

  static Plan none(List<Alternative> alternatives, List<Reason> reasons) {
    return new Plan(
        Verdict.NOTHING,
        0,
        List.of(),
        0,
        0,
        0,
        MatchingValues.NONE,
        alternatives,
        reasons,
        List.of());
  }

  /** Whether both plans put the same students on the same boards. */
  public boolean placesLike(Plan other) {
    return k == other.k
        && partitions.stream()
            .map(PlannedPartition::placement)
            .toList()
            .equals(other.partitions.stream().map(PlannedPartition::placement).toList());
  }

  /** The same with more for a person to know, which comes first. */
  public Plan with(List<Reason> more) {
    return new Plan(
        verdict,
        k,
        partitions,
        latencySeconds,
        success,
        expectedAccuracy,
        matching,
        alternatives,
        Stream.concat(more.stream(), reasons.stream()).toList(),
        boards);
  }

  /** The plan as one that is in force from now on. */
  public InForce inForce() {
    return new InForce(
        k,
        partitions.stream()
            .map(p -> new InForce.Placement(p.partition(), p.modelSha256(), p.members()))
            .toList(),
        latencySeconds,
        success,
        expectedAccuracy);
  }

  /** Numbers in [0, k) of the partitions that no board hosts, by rising number. */
  public List<Integer> missing() {
    Set<Integer> hosted = new HashSet<>();
    partitions.forEach(partition -> hosted.add(partition.partition()));
    return java.util.stream.IntStream.range(0, k).filter(p -> !hosted.contains(p)).boxed().toList();
  }

  /** How good a plan is. */
  public enum Verdict {
    /** Every partition is hosted, in time, and every group meets the success target. */
    COMPLETE,
    /** Every partition is hosted, but the success target or the deadline is missed. */
    BELOW_TARGET,
    /** Some partitions are hosted by no board. */
    DEGRADED,
    /** Nothing is hosted. */
    NOTHING
  }

  /**
   * One partition with its group.
   *
   * @param partition in [0, k)
   * @param student its name within the partition
   * @param modelSha256 digest of the student's model
   * @param members device ids, the fastest first
   * @param latencySeconds the group's latency in the requested reading
   * @param success probability that the group answers
   */
  public record PlannedPartition(
      int partition,
      String student,
      String modelSha256,
      List<String> members,
      double latencySeconds,
      double success) {
    public PlannedPartition {
      members = List.copyOf(members);
    }

    Placed placement() {
      return new Placed(partition, modelSha256, Set.copyOf(members));
    }

    record Placed(int partition, String modelSha256, Set<String> members) {}
  }

  /**
   * The slowest group's and all groups' latency in seconds, by matching rule, for the chosen
   * groups.
   */
  public record MatchingValues(
      double bottleneckMax, double bottleneckSum, double sumRuleMax, double sumRuleSum) {
    /** Nothing was matched. */
    public static final MatchingValues NONE = new MatchingValues(0, 0, 0, 0);
  }

  /**
   * A plan that was not chosen.
   *
   * @param reason why not
   */
  public record Alternative(
      int k, double latencySeconds, double success, double expectedAccuracy, String reason) {}

  /**
   * What a plan asks of one board.
   *
   * @param id the device's
   * @param usedBytes memory of all its students together
   * @param memoryBytes what they may use
   * @param busySeconds predicted time per frame for all its students and portions; 0 where idle
   */
  public record BoardLoad(String id, long usedBytes, long memoryBytes, double busySeconds) {}
}
