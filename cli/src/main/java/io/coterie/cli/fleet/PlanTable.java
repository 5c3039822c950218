package io.coterie.cli.fleet;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.PlanMessage;
import java.io.PrintStream;
import java.util.Locale;

/** A plan for people. */
public final class PlanTable {
  private PlanTable() {}

  /** Prints the groups, the predictions, what was not chosen, and what is missing. */
  public static void print(PlanMessage plan, PrintStream out) {
    boolean pipeline = plan.strategy() == Strategy.MDI_EXIT;
    out.printf(
        Locale.ROOT,
        "plan: epoch %d, %s, %s, %s %s%s%n",
        plan.epoch(),
        pipeline ? plan.k() + " segments" : "K=" + plan.k(),
        plan.complete() ? "complete" : "INCOMPLETE",
        pipeline ? "source" : "fuser",
        plan.fuser().isEmpty() ? "none" : plan.fuser(),
        plan.standby().isEmpty() ? "" : ", standby " + plan.standby());
    for (PlanMessage.Group group : plan.groups()) {
      out.printf(
          Locale.ROOT,
          "  %s  %-12s  %ssuccess %.4f  %s%n",
          pipeline ? "segment " + (group.partition() + 1) : "partition " + group.partition(),
          group.student(),
          pipeline ? "" : String.format(Locale.ROOT, "%8.2f ms  ", group.latencyMs()),
          group.successProbability(),
          String.join(" ", group.agents()));
    }
    out.printf(
        Locale.ROOT,
        "predicted: latency %.2f ms, success %.4f, accuracy %.2f %%%n",
        plan.latencyMs(),
        plan.successProbability(),
        100 * plan.expectedAccuracy());
    for (PlanMessage.Alternative alternative : plan.alternatives()) {
      out.println("not K=" + alternative.k() + ": " + alternative.reason());
    }
    plan.reasons().forEach(reason -> out.println("note: " + reason.text()));
    if (plan.rollout() != null) {
      out.println("roll-out: " + RolloutText.line(plan.rollout()));
    }
  }
}
