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
import java.util.function.Predicate;
import java.util.stream.Collectors;

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
   * @param loaded its roles whose models are in memory, and are not asked for
   * @param models digests of models that were fetched for it
   * @param trials of the newest assignment; they wait for nothing, and nothing waits for them
   */
  public record State(
      long term,
      long epoch,
      Optional<Assignment> wanted,
      Map<String, Manifest> manifests,
      Set<String> asked,
      Set<Object> loaded,
      Set<String> models,
      List<TrialRole> trials) {
    /** The state before any assignment was received. */
    public static final State INITIAL =
        new State(0, 0, Optional.empty(), Map.of(), Set.of(), Set.of(), Set.of(), List.of());

    public State {
      manifests = Map.copyOf(manifests);
      asked = Set.copyOf(asked);
      loaded = Set.copyOf(loaded);
      models = Set.copyOf(models);
    }

    private State want(Assignment assignment, Set<Object> inMemory) {
      return new State(
          assignment.term(),
          assignment.epoch(),
          Optional.of(assignment),
          manifests,
          Set.of(),
          inMemory,
          Set.of(),
          assignment.trials());
    }

    private State with(String digest, Manifest manifest) {
      Map<String, Manifest> all = new LinkedHashMap<>(manifests);
      all.put(digest, manifest);
      return new State(term, epoch, wanted, all, asked, loaded, models, trials);
    }

    private State with(String model) {
      return new State(term, epoch, wanted, manifests, asked, loaded, union(models, model), trials);
    }

    private State asking(String digest) {
      return new State(
          term, epoch, wanted, manifests, union(asked, digest), loaded, models, trials);
    }

    /** The state without a wanted assignment. The manifests of the active one are kept. */
    private State satisfied(Assignment active) {
      Map<String, Manifest> needed = new LinkedHashMap<>(manifests);
      needed.keySet().retainAll(bundles(active));
      return new State(term, epoch, Optional.empty(), needed, Set.of(), Set.of(), Set.of(), trials);
    }

    private static Set<String> union(Set<String> set, String element) {
      Set<String> all = new LinkedHashSet<>(set);
      all.add(element);
      return all;
    }
  }

  /** An event that the core decides about. */
  public sealed interface Input {}

  /**
   * An assignment arrived on the agent's topic.
   *
   * @param loaded its roles whose models are all in memory, which need not be fetched
   */
  public record AssignmentReceived(Assignment assignment, Set<Object> loaded) implements Input {
    public AssignmentReceived {
      loaded = Set.copyOf(loaded);
    }
  }

  /** A bundle's manifest is at hand. */
  public record ManifestReady(String digest, Manifest manifest) implements Input {}

  /** A model's bytes are at hand. */
  public record ModelReady(String digest) implements Input {}

  /** What the shell has to do as a result of a decision. */
  public sealed interface Effect {}

  /** Fetch a bundle's manifest and answer with {@link ManifestReady}. */
  public record FetchManifest(String digest) implements Effect {}

  /** Fetch a model and answer with {@link ModelReady}. */
  public record FetchModel(String digest) implements Effect {}

  /** Carry out the assignment; everything it needs is at hand. */
  public record Activate(Assignment assignment, Map<String, Manifest> manifests)
      implements Effect {}

  /** Run exactly these trials. */
  public record Try(List<TrialRole> trials) implements Effect {}

  /** Tell people that a role cannot be carried out. */
  public record ReportProblem(String message) implements Effect {}

  /** The new state, and the effects in the order in which they are to be carried out. */
  public record Decision(State state, List<Effect> effects) {
    public Decision {
      effects = List.copyOf(effects);
    }
  }

  public static Decision decide(State state, Input input) {
    if (input instanceof AssignmentReceived received) {
      return receive(state, received.assignment(), received.loaded());
    }
    if (state.wanted().isEmpty()) {
      return new Decision(state, List.of());
    }
    if (input instanceof ManifestReady ready) {
      return proceed(state.with(ready.digest(), ready.manifest()));
    }
    return proceed(state.with(((ModelReady) input).digest()));
  }

  private static Decision receive(State state, Assignment assignment, Set<Object> loaded) {
    boolean repeated = assignment.term() == state.term() && assignment.epoch() == state.epoch();
    if (assignment.isOlderThan(state.term(), state.epoch()) || repeated) {
      return new Decision(state, List.of());
    }
    Decision decision = proceed(state.want(assignment, loaded));
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
    Set<String> models = models(possible, state);
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

  /** Returns the roles for which their bundle has a model, and reports the others as problems. */
  private static Assignment possible(
      Assignment wanted, Map<String, Manifest> manifests, List<Effect> effects) {
    return new Assignment(
        wanted.term(),
        wanted.epoch(),
        known(
            wanted.students(),
            role -> student(role, manifests.get(role.bundle())).isPresent(),
            "student",
            effects),
        known(
            wanted.fusers(),
            role -> partitioning(role, manifests.get(role.bundle())).isPresent(),
            "partitioning",
            effects),
        known(
            wanted.pipelines(),
            role -> hasSegments(role, manifests.get(role.bundle())),
            "segments",
            effects));
  }

  private static <R> List<R> known(
      List<R> roles, Predicate<R> isKnown, String what, List<Effect> effects) {
    Map<Boolean, List<R>> parts = roles.stream().collect(Collectors.partitioningBy(isKnown));
    for (R role : parts.get(false)) {
      effects.add(new ReportProblem("bundle has no such " + what + ": " + role));
    }
    return parts.get(true);
  }

  /** Digests of all models but those of roles that are loaded. */
  private static Set<String> models(Assignment assignment, State state) {
    Map<String, Manifest> manifests = state.manifests();
    Set<String> digests = new LinkedHashSet<>();
    for (StudentRole role : rest(assignment.students(), state)) {
      student(role, manifests.get(role.bundle()))
          .ifPresent(s -> s.stages().forEach(stage -> digests.add(stage.model().sha256())));
    }
    for (FuserRole role : rest(assignment.fusers(), state)) {
      partitioning(role, manifests.get(role.bundle()))
          .orElseThrow()
          .exits()
          .forEach(exit -> digests.add(exit.fusion().sha256()));
    }
    for (PipelineRole role : rest(assignment.pipelines(), state)) {
      Pipeline pipeline = manifests.get(role.bundle()).pipeline(role.pipeline()).orElseThrow();
      role.segments().forEach(k -> digests.add(pipeline.segment(k).model().sha256()));
    }
    return digests;
  }

  private static <R> List<R> rest(List<R> roles, State state) {
    return roles.stream().filter(role -> !state.loaded().contains(role)).toList();
  }

  private static boolean hasSegments(PipelineRole role, Manifest manifest) {
    return manifest
        .pipeline(role.pipeline())
        .filter(pipeline -> role.segments().stream().allMatch(k -> k <= pipeline.exits()))
        .isPresent();
  }

  private static Optional<Partitioning> partitioning(FuserRole role, Manifest manifest) {
    return manifest.partitioning(role.strategy(), role.k());
  }

  private static Optional<Student> student(StudentRole role, Manifest manifest) {
    return manifest
        .partitioning(role.strategy(), role.k())
        .flatMap(
            partitioning ->
                partitioning.partitions().get(role.partition()).students().stream()
                    .filter(student -> student.name().equals(role.student()))
                    .findFirst());
  }
}
