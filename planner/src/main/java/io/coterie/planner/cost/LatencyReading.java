package io.coterie.planner.cost;

import java.util.Comparator;
import java.util.List;

/** What "the latency of a group" means, given when each member's portion is out. */
public enum LatencyReading {
  /** The slowest member: holds whoever fails, as long as one member is left. */
  ALL {
    @Override
    public double seconds(List<Member> members) {
      return members.stream().mapToDouble(Member::seconds).max().orElse(0);
    }
  },

  /** The fastest member: the first reply wins, and nothing fails. */
  FIRST {
    @Override
    public double seconds(List<Member> members) {
      return members.stream().mapToDouble(Member::seconds).min().orElse(0);
    }
  },

  /**
   * The mean time of the first reply, given that at least one member replies: members by rising
   * time, {@code sum_i t_i (1 - p_i) prod_{j<i} p_j / (1 - prod_j p_j)}.
   */
  EXPECTED {
    @Override
    public double seconds(List<Member> members) {
      double sum = 0;
      double allFasterFailed = 1;
      for (Member member :
          members.stream().sorted(Comparator.comparingDouble(Member::seconds)).toList()) {
        double fails = member.failureProbability();
        sum += member.seconds() * (1 - fails) * allFasterFailed;
        allFasterFailed *= fails;
      }
      return members.isEmpty() ? 0 : sum / (1 - allFasterFailed);
    }
  };

  /** Seconds until the group's portion is there; 0 for a group without members. */
  public abstract double seconds(List<Member> members);

  /**
   * A member of a group.
   *
   * @param seconds when its portion is out
   * @param failureProbability in [0, 1)
   */
  public record Member(double seconds, double failureProbability) {}
}
