package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.membership.Fleet.Member;
import java.util.Comparator;
import java.util.List;

/**
 * Who answers: an agent of the hub, which saves a hop; else the one who did; else the strongest.
 */
final class Fusers {
  private Fusers() {}

  /**
   * Chooses among the agents.
   *
   * @param before who answered until now; empty for nobody
   * @return the agent's name; empty where there is none
   */
  static String choose(List<Member> online, String before) {
    return online.stream()
        .min(
            Comparator.<Member, Boolean>comparing(member -> !isHub(member))
                .thenComparing(member -> !member.id().equals(before))
                .thenComparing(Fusers::flopsPerSecond, Comparator.reverseOrder())
                .thenComparing(Member::id))
        .map(Member::id)
        .orElse("");
  }

  private static boolean isHub(Member member) {
    return member.capability().orElseThrow().hub();
  }

  private static double flopsPerSecond(Member member) {
    return member.capability().orElseThrow().flopsPerSecond();
  }
}
