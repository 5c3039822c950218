package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Fleet.Member;
import io.coterie.protocol.message.PlanMessage;
import java.util.Comparator;
import java.util.List;

/**
 * Who answers, and who does in its place.
 *
 * @param fuser an agent of the hub, which saves a hop; else the one who did; else the one who stood
 *     by; else the strongest; empty where there is none
 * @param standby the one who answered until now; else the one who stood by; else the strongest;
 *     empty where there is no other
 */
record Fusers(String fuser, String standby) {
  static final Fusers NONE = new Fusers("", "");

  private static final Comparator<Member> STRENGTH =
      Comparator.comparing(Fusers::flopsPerSecond, Comparator.reverseOrder())
          .thenComparing(Member::id);

  /** Those of a plan. */
  static Fusers of(PlanMessage plan) {
    return new Fusers(plan.fuser(), plan.standby());
  }

  /** Chooses among the agents; both stay where they are as long as they can. */
  static Fusers choose(List<Member> online, Fusers before) {
    List<Member> hubs = online.stream().filter(Fusers::isHub).toList();
    String fuser = first(hubs.isEmpty() ? online : hubs, before);
    List<Member> others = online.stream().filter(member -> !member.id().equals(fuser)).toList();
    return new Fusers(fuser, first(others, before));
  }

  private static String first(List<Member> members, Fusers before) {
    return members.stream()
        .min(
            Comparator.<Member, Boolean>comparing(member -> !member.id().equals(before.fuser()))
                .thenComparing(member -> !member.id().equals(before.standby()))
                .thenComparing(STRENGTH))
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
