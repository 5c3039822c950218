package io.coterie.orchestrator.deployment;

import static io.coterie.protocol.message.Reason.Code.BUNDLE_UNUSABLE;

import io.coterie.client.fleet.Fleet.Member;
import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.LatencyReading;
import io.coterie.planner.placement.InForce;
import io.coterie.planner.placement.Objective;
import io.coterie.planner.placement.Plan;
import io.coterie.planner.placement.Plan.MatchingValues;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.planner.placement.PlanRequest;
import io.coterie.planner.placement.Planner;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Rollout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Plans every wanted deployment. Deployments share the boards' memory: those that run are planned
 * first, each with what it has and what is left, and those that do not run yet get the rest; among
 * equals the name decides. That deployments also share the processor is not modelled. Agents within
 * the hub fuse only.
 */
final class Planning {
  private final State state;
  private final Map<String, Rollout> rollouts;
  private final List<Member> online;
  private final Holdings holdings = new Holdings();
  private final BoardFigures figures;
  private final LatencyReading reading;
  private final CostModel costs;
  private final Map<String, Double> slowdowns;

  /** With the roll-outs as they are. */
  Planning(State state) {
    this(state, Rollouts.of(state.plans()));
  }

  /**
   * Before it plans.
   *
   * @param rollouts as they are to be, by deployment
   */
  Planning(State state, Map<String, Rollout> rollouts) {
    this(state, rollouts, BoardFigures.of(state), LatencyReading.ALL);
  }

  /**
   * Before it plans, with other figures than the orchestrator's own.
   *
   * @param reading what counts as a group's latency
   */
  Planning(
      State state, Map<String, Rollout> rollouts, BoardFigures figures, LatencyReading reading) {
    this.state = state;
    this.rollouts = Map.copyOf(rollouts);
    this.figures = figures;
    this.reading = reading;
    this.online = state.fleet().online();
    Map<String, Double> flopsPerSecond = new HashMap<>();
    for (Member member : online) {
      flopsPerSecond.put(member.id(), capability(member).flopsPerSecond());
    }
    costs = new CostModel(figures.measuredSeconds());
    slowdowns = Measurements.slowdowns(costs.measuredSeconds(), flopsPerSecond, state.manifests());
    state.specs().keySet().stream().filter(this::runs).forEach(this::holdWhatRuns);
  }

  /** Whether boards work for the deployment, and are to go on with it. */
  private boolean runs(String name) {
    PlanMessage plan = state.plans().get(name);
    return plan != null && !plan.groups().isEmpty() && !state.specs().get(name).paused();
  }

  private void holdWhatRuns(String name) {
    PlanMessage plan = state.plans().get(name);
    Manifest manifest = state.manifests().get(plan.bundle());
    if (manifest != null) {
      holdings.hold(name, Holdings.of(plan, manifest));
    }
  }

  /** The deployments as they are to be, by name. */
  List<PlannedDeployment> all() {
    List<PlannedDeployment> all = new ArrayList<>();
    SortedMap<String, DeploymentSpec> specs = specs();
    List<String> order = new ArrayList<>(specs.keySet());
    order.sort(Comparator.comparing((String name) -> !runs(name)).thenComparing(name -> name));
    for (String name : order) {
      all.add(plan(name, specs.get(name)));
    }
    all.sort(Comparator.comparing(PlannedDeployment::deployment));
    return all;
  }

  /** What is planned for: where a new bundle has not proved itself, the one before. */
  SortedMap<String, DeploymentSpec> specs() {
    SortedMap<String, DeploymentSpec> specs = new TreeMap<>(state.specs());
    specs.replaceAll((name, spec) -> specOf(name));
    return specs;
  }

  private DeploymentSpec specOf(String name) {
    DeploymentSpec spec = state.specs().get(name);
    Rollout rollout = rollouts.get(name);
    return rollout == null || rollout.stage() == Rollout.Stage.REST
        ? spec
        : spec.withBundleOf(rollout.from());
  }

  /** The trials that the roll-outs take, with the memory that the plans leave; to be asked last. */
  SortedMap<String, PlannedTrial> trials() {
    SortedMap<String, PlannedTrial> trials = new TreeMap<>();
    rollouts.forEach(
        (name, rollout) ->
            trials.put(
                name,
                rollout.stage() == Rollout.Stage.CANARY
                    ? new TrialPlacement(state, name, rollout, freeBytes()).place(this::future)
                    : PlannedTrial.none(rollout)));
    return trials;
  }

  private Map<String, Long> freeBytes() {
    Map<String, Long> free = new HashMap<>();
    online.forEach(member -> free.put(member.id(), freeBytes(member)));
    return free;
  }

  private long freeBytes(Member member) {
    return Math.max(0, capability(member).memoryBytes() - holdings.bytes(member.id()));
  }

  /** The deployment as it would be with the new bundle. */
  private PlannedDeployment future(String name) {
    Map<String, Rollout> later = new HashMap<>(rollouts);
    later.remove(name);
    return new Planning(state, later, figures, reading)
        .all().stream()
            .filter(planned -> planned.deployment().equals(name))
            .findFirst()
            .orElseThrow();
  }

  /** Deployments whose plan takes its boards for something that they have turned out not to be. */
  List<String> outdated() {
    List<String> outdated = new ArrayList<>();
    state
        .plans()
        .forEach(
            (name, message) -> {
              DeploymentSpec spec = state.specs().containsKey(name) ? specOf(name) : null;
              Manifest manifest = spec == null ? null : state.manifests().get(spec.bundle());
              if (manifest != null && spec.strategy() != Strategy.MDI_EXIT) {
                InForce plan = inForce(message, spec, manifest);
                Assumptions now = new Assumptions(spec.strategy(), plan, boards(), costs(spec));
                if (now.contradict(message, spec, manifest, state.learning().learnt())) {
                  outdated.add(name);
                }
              }
            });
    return outdated;
  }

  private PlannedDeployment plan(String name, DeploymentSpec spec) {
    Manifest manifest = state.manifests().get(spec.bundle());
    holdings.release(name);
    if (spec.paused()) {
      return paused(name, spec, Optional.ofNullable(manifest));
    }
    Optional<PlanMessage> before = Optional.ofNullable(state.plans().get(name));
    PipelinePlanning pipelines = new PipelinePlanning(name, spec, online, boards(), before);
    if (manifest == null) {
      return before
          .filter(message -> message.bundle().equals(spec.bundle()) && message.k() > 0)
          .filter(message -> message.strategy() == spec.strategy())
          .<PlannedDeployment>map(
              message ->
                  spec.strategy() == Strategy.MDI_EXIT
                      ? pipelines.goingOn(message, missing(spec))
                      : goingOn(name, spec, message))
          .orElse(nothing(name, spec, Optional.empty(), missing(spec)));
    }
    if (!manifest.has(spec.strategy())) {
      String reason = "bundle " + manifest.name() + " has nothing for " + spec.strategy().text();
      return nothing(name, spec, Optional.of(manifest), Reason.of(BUNDLE_UNUSABLE, reason));
    }
    return spec.strategy() == Strategy.MDI_EXIT
        ? planPipeline(pipelines, manifest)
        : planStudents(name, spec, manifest, before);
  }

  /** Boards are left alone; a fuser is there to say that frames expire. */
  private PlannedDeployment paused(String name, DeploymentSpec spec, Optional<Manifest> manifest) {
    boolean fused = manifest.isPresent() && spec.strategy() != Strategy.MDI_EXIT;
    Fusers fusers = fused ? fusers(Optional.ofNullable(state.plans().get(name))) : Fusers.NONE;
    return new PlannedStudents(
        name,
        spec,
        manifest,
        Plan.NONE,
        fusers,
        List.of(Reason.of(Reason.Code.PAUSED, "paused")),
        Map.of());
  }

  /** Of several hubs' agents, the one beside the leader: that one is beside the broker, mostly. */
  private Fusers fusers(Optional<PlanMessage> before) {
    Optional<Fusers> until = before.map(Fusers::of).filter(two -> !two.fuser().isEmpty());
    return Fusers.choose(online, until.orElse(new Fusers(state.lease().id(), "")));
  }

  private static PlannedDeployment nothing(
      String name, DeploymentSpec spec, Optional<Manifest> manifest, Reason reason) {
    return new PlannedStudents(
        name, spec, manifest, Plan.NONE, Fusers.NONE, List.of(reason), Map.of());
  }

  private PlannedDeployment planPipeline(PipelinePlanning planning, Manifest manifest) {
    DeploymentSpec spec = planning.spec();
    Pipeline pipeline;
    try {
      pipeline = manifest.requirePipeline(spec.pipeline().pipeline());
    } catch (IllegalArgumentException e) {
      return nothing(
          planning.name(), spec, Optional.of(manifest), Reason.of(BUNDLE_UNUSABLE, e.getMessage()));
    }
    PlannedPipeline planned = planning.plan(pipeline);
    List<Reason> held = planned.plan().runs() ? List.of() : heldByOthers();
    holdings.hold(planning.name(), Holdings.of(planned.message(1, 1, 1), manifest));
    return planned.with(held);
  }

  private PlannedStudents planStudents(
      String name, DeploymentSpec spec, Manifest manifest, Optional<PlanMessage> before) {
    Objective objective = Objective.of(spec).withReading(reading);
    List<Device> boards = boards();
    Plan plan =
        Planner.plan(
            new PlanRequest(
                boards,
                manifest.only(spec.strategy()),
                objective,
                costs(spec),
                before.map(message -> inForce(message, spec, manifest)).orElse(InForce.NOTHING)));
    Fusers fusers = fusers(before);
    List<Reason> reasons = new ArrayList<>();
    if (fusers.fuser().isEmpty()) {
      reasons.add(Reason.of(Reason.Code.NO_FUSER, "no agent to fuse: start an agent or the hub"));
    }
    if (plan.verdict() != Verdict.COMPLETE) {
      reasons.addAll(heldByOthers());
    }
    Assumptions assumptions = new Assumptions(spec.strategy(), plan.inForce(), boards, costs(spec));
    reasons.addAll(assumptions.slowBoards(state.learning().learnt()));
    reasons.addAll(figures.reasons());
    reasons.addAll(
        EarliestExit.reasons(spec, plan, manifest.partitioning(spec.strategy(), plan.k())));
    PlannedStudents planned =
        new PlannedStudents(
            name,
            spec,
            Optional.of(manifest),
            plan,
            fusers,
            reasons,
            assumptions.members(manifest));
    holdings.hold(name, Holdings.of(planned.message(1, 1, 1), manifest));
    return planned;
  }

  /** Who else takes memory on the boards; to be asked before the deployment itself takes any. */
  private List<Reason> heldByOthers() {
    List<String> boards = boards().stream().map(Device::id).toList();
    return holdings.sentences(boards).values().stream()
        .map(text -> Reason.of(Reason.Code.MEMORY_HELD, text))
        .toList();
  }

  private CostModel costs(DeploymentSpec spec) {
    return costs.withBitsPerValue(Byte.SIZE * spec.portions().bytesPerValue());
  }

  /** The plan in force as far as its agents are there: without the manifest none can be made. */
  private PlannedStudents goingOn(String name, DeploymentSpec spec, PlanMessage before) {
    Set<String> there = online.stream().map(Member::id).collect(Collectors.toSet());
    List<PlannedPartition> partitions = new ArrayList<>();
    for (PlanMessage.Group group : before.groups()) {
      List<String> members = group.agents().stream().filter(there::contains).distinct().toList();
      if (!members.isEmpty() && group.partition() < before.k()) {
        partitions.add(
            new PlannedPartition(
                group.partition(),
                group.student(),
                "",
                members,
                group.latencyMs() / 1e3,
                group.successProbability()));
      }
    }
    Plan plan =
        new Plan(
            partitions.size() < before.k() ? Verdict.DEGRADED : Verdict.COMPLETE,
            before.k(),
            partitions,
            before.latencyMs() / 1e3,
            before.successProbability(),
            before.expectedAccuracy(),
            MatchingValues.NONE,
            List.of(),
            List.of(),
            List.of());
    Fusers fusers = Fusers.choose(online, Fusers.of(before));
    return new PlannedStudents(
        name,
        spec,
        Optional.empty(),
        plan,
        fusers,
        List.of(missing(spec)),
        Assumptions.carriedOn(before, there));
  }

  private Reason missing(DeploymentSpec spec) {
    String refused = state.refused().get(spec.bundle());
    return refused == null
        ? Reason.of(
            Reason.Code.BUNDLE_MISSING,
            "waiting for bundle " + spec.bundle() + ": publish it, such as with coterie deploy")
        : Reason.of(BUNDLE_UNUSABLE, "cannot use bundle " + spec.bundle() + ": " + refused);
  }

  private List<Device> boards() {
    return online.stream()
        .filter(member -> !capability(member).hub())
        .filter(member -> !figures.leftOut().contains(member.id()))
        .map(
            member ->
                new Device(
                    member.id(),
                    capability(member).flopsPerSecond() / slowdowns.get(member.id()),
                    freeBytes(member),
                    capability(member).uplinkBitsPerSecond(),
                    figures
                        .failureProbabilities()
                        .getOrDefault(member.id(), capability(member).failureProbability())))
        .toList();
  }

  /** What the planner needs of the plan in force, to let boards keep what they have. */
  private static InForce inForce(PlanMessage message, DeploymentSpec spec, Manifest manifest) {
    return message.bundle().equals(spec.bundle()) && message.strategy() == spec.strategy()
        ? InForce.of(message, manifest)
        : InForce.NOTHING;
  }

  private static Capability capability(Member member) {
    return member.capability().orElseThrow();
  }
}
