package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Deployed;
import io.coterie.client.fleet.Fleet.Member;
import io.coterie.client.fleet.FleetView;
import io.coterie.orchestrator.learning.Learnt;
import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.planner.cost.LatencyReading;
import io.coterie.planner.pipeline.PipelinePlan;
import io.coterie.planner.placement.Plan;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.PortionEncoding;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Rollout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a deployment would look like on a fleet as it was observed, decided by the code that the
 * orchestrator decides by. What orchestrators have learnt is known as far as plans tell: the
 * failure probabilities of their boards, what these have measured, and who is left out.
 *
 * @param students the plan with all that is to be known of it, where boards would run students
 * @param pipeline the same, where boards would run segments
 * @param message what the orchestrator would publish
 */
public record DryRun(
    Optional<Plan> students, Optional<PipelinePlan> pipeline, PlanMessage message) {

  /**
   * Plans.
   *
   * @param observed boards, and the specs and plans of all deployments
   * @param manifests of all bundles that plans name and that are at hand, and of the spec's, by
   *     digest
   * @param name of the deployment; where it runs already, the spec takes the place of its own
   * @param reading what counts as a group's latency
   */
  public static DryRun of(
      FleetView observed,
      Map<String, Manifest> manifests,
      String name,
      DeploymentSpec spec,
      LatencyReading reading) {
    State state = state(observed, manifests, name, spec);
    Map<String, Rollout> rollouts = new HashMap<>(Rollouts.of(state.plans()));
    rollouts.remove(name);
    PlannedDeployment planned =
        new Planning(state, rollouts, figures(observed, manifests), reading)
            .all().stream().filter(one -> one.deployment().equals(name)).findFirst().orElseThrow();
    return new DryRun(
        planned instanceof PlannedStudents students
            ? Optional.of(students.plan().with(students.reasons()))
            : Optional.empty(),
        planned instanceof PlannedPipeline pipeline
            ? Optional.of(pipeline.plan().with(pipeline.reasons()))
            : Optional.empty(),
        planned.message(1, 1, 1).answering(spec));
  }

  private static State state(
      FleetView observed, Map<String, Manifest> manifests, String name, DeploymentSpec spec) {
    TreeMap<String, DeploymentSpec> specs = new TreeMap<>();
    TreeMap<String, PlanMessage> plans = new TreeMap<>();
    observed
        .deployments()
        .forEach(
            (other, deployed) -> {
              deployed.spec().ifPresent(known -> specs.put(other, known));
              deployed.plan().ifPresent(plan -> plans.put(other, plan));
            });
    specs.put(name, spec);
    return State.initial(name, 0, PersistedState.NOTHING)
        .with(
            s -> {
              s.fleet = observed.fleet();
              s.specs = specs;
              s.plans = plans;
              s.manifests = manifests;
              s.learning = Learning.from(Learnt.NOTHING);
            });
  }

  private static BoardFigures figures(FleetView observed, Map<String, Manifest> manifests) {
    Map<String, Double> failures = new HashMap<>();
    for (Member member : observed.fleet().online()) {
      double declared = member.capability().orElseThrow().failureProbability();
      failures.put(member.id(), Learnt.NOTHING.failureProbability(member.id(), declared));
    }
    Map<Measurement, Double> measured = new HashMap<>();
    Set<String> leftOut = new HashSet<>();
    List<Reason> reasons = new ArrayList<>();
    for (Deployed deployed : observed.deployments().values()) {
      deployed
          .plan()
          .ifPresent(
              plan -> {
                for (PlanMessage.Group group : plan.groups()) {
                  for (PlanMessage.Member member : group.members()) {
                    failures.put(member.agent(), member.failureProbability());
                  }
                }
                PortionEncoding portions =
                    deployed.spec().map(DeploymentSpec::portions).orElse(PortionEncoding.FLOAT32);
                Manifest manifest = manifests.get(plan.bundle());
                if (manifest != null) {
                  measured.putAll(new Measuring(observed, plan, manifest, portions).seconds());
                }
                for (Reason reason : plan.reasons()) {
                  if (reason.code() == Reason.Code.BOARD_LEFT_OUT && leftOut.add(reason.agent())) {
                    reasons.add(reason);
                  }
                }
              });
    }
    return new BoardFigures(measured, failures, leftOut, reasons);
  }

  /**
   * What the boards of one plan have measured. A plan tells of each board the time of all its
   * students together, links included: the links' part is taken away, and the rest shared out by
   * what the students compute.
   */
  private record Measuring(
      FleetView observed, PlanMessage plan, Manifest manifest, PortionEncoding portions) {

    Map<Measurement, Double> seconds() {
      Map<String, List<Hosted>> byBoard = new HashMap<>();
      Map<String, Double> all = new HashMap<>();
      for (PlanMessage.Group group : plan.groups()) {
        for (PlanMessage.Member member : group.members()) {
          hosted(group, member)
              .ifPresent(
                  h -> byBoard.computeIfAbsent(member.agent(), a -> new ArrayList<>()).add(h));
          all.put(member.agent(), member.latencyMs() / 1e3);
        }
      }
      Map<Measurement, Double> seconds = new HashMap<>();
      byBoard.forEach((agent, hosted) -> share(agent, all.get(agent), hosted, seconds));
      return seconds;
    }

    private void share(
        String agent, double all, List<Hosted> hosted, Map<Measurement, Double> seconds) {
      Member member = observed.fleet().members().get(agent);
      if (member == null || member.capability().isEmpty()) {
        return;
      }
      double uplink = member.capability().orElseThrow().uplinkBitsPerSecond();
      double bits = hosted.stream().mapToDouble(Hosted::bits).sum();
      double flops = hosted.stream().mapToDouble(h -> h.student().flops()).sum();
      double compute = all - bits / uplink;
      for (Hosted one : hosted) {
        double own = compute * one.student().flops() / flops;
        if (one.measured() && own > 0 && Double.isFinite(own)) {
          seconds.put(new Measurement(agent, one.student().digest()), own);
        }
      }
    }

    private record Hosted(Student student, double bits, boolean measured) {}

    private Optional<Hosted> hosted(PlanMessage.Group group, PlanMessage.Member member) {
      return manifest
          .partitioning(plan.strategy(), plan.k())
          .filter(partitioning -> group.partition() < partitioning.k())
          .map(partitioning -> partitioning.partitions().get(group.partition()))
          .flatMap(partition -> hosted(partition, group.student(), member.measured()));
    }

    private Optional<Hosted> hosted(Partition partition, String name, boolean measured) {
      double bits = (double) Byte.SIZE * portions.bytesPerValue() * partition.size();
      return partition.students().stream()
          .filter(student -> student.name().equals(name))
          .findFirst()
          .map(student -> new Hosted(student, bits, measured));
    }
  }
}
