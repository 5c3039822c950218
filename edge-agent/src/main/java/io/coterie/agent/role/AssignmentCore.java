package io.coterie.agent.role;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.message.TrialRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Takes an agent from the assignment it receives to the one it carries out. An assignment is first
 * wanted, then everything it needs is fetched, then it becomes active; until then the one before
 * stays active, so that a board never pauses to load a student.
 *
 * <pre>
 * received --older than the newest seen--> ignored
 * received --other trials than before--> these begin, those end
 * received --> wanted --manifests there--> models fetched --all there--> active
 * wanted --newer one received--> forgotten
 * </pre>
 */
public final class AssignmentCore {
  private AssignmentCore() {}

  /**
   * What the agent knows.
   *
   * @param term highest seen
   * @param epoch highest seen within that term
   * @param wanted received and not yet active
   * @param manifests by digest, of the wanted assignment's bundles
   * @param asked digests that were asked for since the wanted assignment came
   * @param models digests of models that are at hand for it
   * @param trials of the newest assignment; they wait for nothing, and nothing waits for them
   */
  public record State(
      long term,
      long epoch,
      Optional<Assignment> wanted,
      Map<String, Manifest> manifests,
      Set<String> asked,
      Set<String> models,
      List<TrialRole> trials) {
    /** Before anything was received. */
    public static final State INITIAL =
        new State(0, 0, Optional.empty(), Map.of(), Set.of(), Set.of(), List.of());

    public State {
      manifests = Map.copyOf(manifests);
      asked = Set.copyOf(asked);
      models = Set.copyOf(models);
    }

    private State want(Assignment assignment) {
      return new State(
          assignment.term(),
          assignment.epoch(),
          Optional.of(assignment),
          manifests,
          Set.of(),
          Set.of(),
          assignment.trials());
    }

    private State with(String digest, Manifest manifest) {
      Map<String, Manifest> all = new LinkedHashMap<>(manifests);
      all.put(digest, manifest);
      return new State(term, epoch, wanted, all, asked, models, trials);
    }

    private State with(String model) {
      return new State(term, epoch, wanted, manifests, asked, union(models, model), trials);
    }

    private State asking(String digest) {
      return new State(term, epoch, wanted, manifests, union(asked, digest), models, trials);
    }

    /** Nothing wanted any more; keeps the manifests of the active assignment. */
    private State satisfied(Assignment active) {
      Map<String, Manifest> needed = new LinkedHashMap<>(manifests);
      needed.keySet().retainAll(bundles(active));
      return new State(term, epoch, Optional.empty(), needed, Set.of(), Set.of(), trials);
    }

    private static Set<String> union(Set<String> set, String element) {
      Set<String> all = new LinkedHashSet<>(set);
      all.add(element);
      return all;
    }
  }

  /** What happens to the agent. */
  public sealed interface Input {}

  /** An assignment arrived on the agent's topic. */
  public record AssignmentReceived(Assignment assignment) implements Input {}

  /** A bundle's manifest is at hand. */
  public record ManifestReady(String digest, Manifest manifest) implements Input {}

  /** A model's bytes are at hand. */
  public record ModelReady(String digest) implements Input {}

  /** What the shell is to do. */
  public sealed interface Effect {}

  /** Get a bundle's manifest; answer with {@link ManifestReady}. */
  public record FetchManifest(String digest) implements Effect {}

  /** Get a model's bytes; answer with {@link ModelReady}. */
  public record FetchModel(String digest) implements Effect {}

  /** Carry out the assignment; everything it needs is at hand. */
  public record Activate(Assignment assignment, Map<String, Manifest> manifests)
      implements Effect {}

  /** Fetch or try these, and nothing else any more. */
  public record Try(List<TrialRole> trials) implements Effect {}

  /** Tell people that a role cannot be carried out. */
  public record ReportProblem(String message) implements Effect {}

  /** New state and effects. */
  public record Decision(State state, List<Effect> effects) {
    public Decision {
      effects = List.copyOf(effects);
    }
  }

  /** Decides what an input means. */
  public static Decision decide(State state, Input input) {
    if (input instanceof AssignmentReceived received) {
      return receive(state, received.assignment());
    }
    if (state.wanted().isEmpty()) {
      return new Decision(state, List.of());
    }
    if (input instanceof ManifestReady ready) {
      return proceed(state.with(ready.digest(), ready.manifest()));
    }
    return proceed(state.with(((ModelReady) input).digest()));
  }

  private static Decision receive(State state, Assignment assignment) {
    boolean repeated = assignment.term() == state.term() && assignment.epoch() == state.epoch();
    if (assignment.isOlderThan(state.term(), state.epoch()) || repeated) {
      return new Decision(state, List.of());
    }
    Decision decision = proceed(state.want(assignment));
    if (assignment.trials().equals(state.trials())) {
      return decision;
    }
    List<Effect> effects = new ArrayList<>(decision.effects());
    effects.add(new Try(assignment.trials()));
    return new Decision(decision.state(), effects);
  }

  private static Decision proceed(State state) {
    Assignment wanted = state.wanted().orElseThrow();
    Set<String> bundles = bundles(wanted);
    if (!state.manifests().keySet().containsAll(bundles)) {
      return ask(state, bundles, state.manifests().keySet(), FetchManifest::new);
    }
    List<Effect> effects = new ArrayList<>();
    Assignment possible = possible(wanted, state.manifests(), effects);
    Set<String> models = models(possible, state.manifests());
    if (!state.models().containsAll(models)) {
      return ask(state, models, state.models(), FetchModel::new);
    }
    effects.add(new Activate(possible, state.manifests()));
    return new Decision(state.satisfied(wanted), effects);
  }

  private static Decision ask(
      State state, Set<String> needed, Set<String> there, Function<String, Effect> fetch) {
    List<Effect> effects = new ArrayList<>();
    State next = state;
    for (String digest : needed) {
      if (!there.contains(digest) && !next.asked().contains(digest)) {
        effects.add(fetch.apply(digest));
        next = next.asking(digest);
      }
    }
    return new Decision(next, effects);
  }

  private static Set<String> bundles(Assignment assignment) {
    Set<String> bundles = new LinkedHashSet<>();
    assignment.students().forEach(role -> bundles.add(role.bundle()));
    assignment.fusers().forEach(role -> bundles.add(role.bundle()));
    assignment.pipelines().forEach(role -> bundles.add(role.bundle()));
    return bundles;
  }

  /** The roles that their bundle has a model for; reports the others. */
  private static Assignment possible(
      Assignment wanted, Map<String, Manifest> manifests, List<Effect> effects) {
    List<StudentRole> students = new ArrayList<>();
    for (StudentRole role : wanted.students()) {
      if (student(role, manifests.get(role.bundle())).isPresent()) {
        students.add(role);
      } else {
        effects.add(new ReportProblem("bundle has no such student: " + role));
      }
    }
    List<FuserRole> fusers = new ArrayList<>();
    for (FuserRole role : wanted.fusers()) {
      if (partitioning(role, manifests.get(role.bundle())).isPresent()) {
        fusers.add(role);
      } else {
        effects.add(new ReportProblem("bundle has no such partitioning: " + role));
      }
    }
    List<PipelineRole> pipelines = new ArrayList<>();
    for (PipelineRole role : wanted.pipelines()) {
      if (hasSegments(role, manifests.get(role.bundle()))) {
        pipelines.add(role);
      } else {
        effects.add(new ReportProblem("bundle has no such segments: " + role));
      }
    }
    return new Assignment(wanted.term(), wanted.epoch(), students, fusers, pipelines);
  }

  private static Set<String> models(Assignment assignment, Map<String, Manifest> manifests) {
    Set<String> digests = new LinkedHashSet<>();
    for (StudentRole role : assignment.students()) {
      student(role, manifests.get(role.bundle()))
          .ifPresent(s -> s.stages().forEach(stage -> digests.add(stage.model().sha256())));
    }
    for (FuserRole role : assignment.fusers()) {
      partitioning(role, manifests.get(role.bundle()))
          .orElseThrow()
          .exits()
          .forEach(exit -> digests.add(exit.fusion().sha256()));
    }
    for (PipelineRole role : assignment.pipelines()) {
      Pipeline pipeline = manifests.get(role.bundle()).pipeline(role.pipeline()).orElseThrow();
      role.segments().forEach(k -> digests.add(pipeline.segment(k).model().sha256()));
    }
    return digests;
  }

  private static boolean hasSegments(PipelineRole role, Manifest manifest) {
    return manifest
        .pipeline(role.pipeline())
        .filter(pipeline -> role.segments().stream().allMatch(k -> k <= pipeline.exits()))
        .isPresent();
  }

  /** The partitioning that a role names. */
  public static Optional<Partitioning> partitioning(FuserRole role, Manifest manifest) {
    return manifest.partitioning(role.strategy(), role.k());
  }

  /** The student that a role names. */
  public static Optional<Student> student(StudentRole role, Manifest manifest) {
    return manifest
        .partitioning(role.strategy(), role.k())
        .flatMap(
            partitioning ->
                partitioning.partitions().get(role.partition()).students().stream()
                    .filter(student -> student.name().equals(role.student()))
                    .findFirst());
  }
}
