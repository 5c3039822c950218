package io.coterie.agent;

import io.coterie.agent.compute.Processor;
import io.coterie.agent.pipeline.SegmentsOnTrial;
import io.coterie.agent.role.AssignmentCore;
import io.coterie.agent.trial.Shadow;
import io.coterie.agent.trial.StudentsOnTrial;
import io.coterie.agent.trial.TrialModels;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.TrialReport;
import io.coterie.protocol.message.TrialRole;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The bundles of a roll-out that an agent fetches in advance or, as a canary, tries beside its
 * work. Their files are fetched like those of roles, but by a loader of their own: a trial that
 * gets stuck delays no role.
 *
 * <p>Lives on the agent's runtime thread, but for {@link #frame}.
 */
final class Trials implements AutoCloseable {
  private final AgentOptions options;
  private final ContentFetcher fetcher;
  private final Processor processor;
  private final BiPredicate<String, Message> readable;
  private final Runnable changed;
  private final Map<TrialRole, Trial> trials = new ConcurrentHashMap<>();
  private long epoch;
  private boolean closed;

  /**
   * Creates an agent without trials.
   *
   * @param processor for trials alone; its engine is closed with them
   * @param readable whether the bundle that runs for a deployment here can use a frame
   * @param changed called on the runtime thread when there is something to report
   */
  Trials(
      AgentOptions options,
      ContentFetcher fetcher,
      Processor processor,
      BiPredicate<String, Message> readable,
      Runnable changed) {
    this.options = options;
    this.fetcher = fetcher;
    this.processor = processor;
    this.readable = readable;
    this.changed = changed;
  }

  /**
   * Reports that a trial has changed, unless the trials are closed. Called on the runtime thread.
   */
  private void changed() {
    if (!closed) {
      changed.run();
    }
  }

  /** Continues these trials, starts those that are new, and ends all others. */
  void assign(List<TrialRole> roles) {
    for (TrialRole role : Set.copyOf(trials.keySet())) {
      if (!roles.contains(role)) {
        trials.remove(role).close();
      }
    }
    for (TrialRole role : roles) {
      if (!trials.containsKey(role)) {
        Trial trial = new Trial(role);
        trials.put(role, trial);
        epoch++;
        trial.begin(epoch);
      }
    }
    changed();
  }

  /** Processes a frame. May be called on any thread. */
  void frame(String deployment, Message message) {
    for (Trial trial : trials.values()) {
      if (trial.role.deployment().equals(deployment)) {
        trial.shadow().ifPresent(shadow -> shadow.frame(message));
      }
    }
  }

  /** The topic filters that canaries need to hear. */
  Set<String> filters() {
    Topics topics = options.topics();
    return trials.values().stream()
        .filter(trial -> trial.shadow().isPresent())
        .map(trial -> topics.filter(Topic.INPUT, trial.role.deployment()))
        .collect(Collectors.toSet());
  }

  List<TrialReport> report() {
    return trials.values().stream().map(Trial::report).toList();
  }

  @Override
  public void close() {
    closed = true;
    trials.values().forEach(Trial::close);
    trials.clear();
    processor.engine().close();
  }

  private final class Trial implements AssignmentLoader.Listener {
    private final TrialRole role;
    private final AssignmentLoader loader;
    private TrialReport before;
    private volatile Shadow shadow;

    Trial(TrialRole role) {
      this.role = role;
      loader =
          new AssignmentLoader(fetcher, processor.loop(), options.trusted(), role.canary(), this);
      before = at(TrialReport.State.FETCHING, "");
    }

    Optional<Shadow> shadow() {
      return Optional.ofNullable(shadow);
    }

    TrialReport report() {
      return shadow().map(Shadow::report).orElse(before);
    }

    private TrialReport at(TrialReport.State at, String reason) {
      return new TrialReport(role.deployment(), role.bundle(), role.attempt(), at, 0, 0, 0, reason);
    }

    private void become(TrialReport next) {
      before = next;
      changed();
    }

    void begin(long epoch) {
      loader.decide(new AssignmentCore.AssignmentReceived(role.asAssignment(epoch), Set.of()));
    }

    @Override
    public void onProblem(String message) {
      loader.end();
      become(at(TrialReport.State.FAILED, message));
    }

    @Override
    public void onTrials(List<TrialRole> none) {
      throw new IllegalStateException("trials have none of their own: " + none);
    }

    @Override
    public void onReady(AssignmentCore.Activate activate, Map<String, byte[]> models) {
      loader.end();
      Manifest manifest = activate.manifests().get(role.bundle());
      fetched(activate.assignment(), manifest, models);
    }

    private void fetched(Assignment roles, Manifest manifest, Map<String, byte[]> models) {
      if (!role.canary()) {
        become(at(TrialReport.State.FETCHED, ""));
        return;
      }
      shadow =
          new Shadow(
              role,
              () -> load(roles, manifest, models::get),
              frame -> readable.test(role.deployment(), frame),
              report -> processor.loop().execute(Trials.this::changed),
              processor);
      changed();
    }

    /** On the engine's thread. */
    private TrialModels load(Assignment roles, Manifest manifest, Function<String, byte[]> models)
        throws ModelException {
      return roles.pipelines().isEmpty()
          ? new StudentsOnTrial(roles, manifest, models, processor)
          : new SegmentsOnTrial(roles.pipelines().get(0), manifest, models, processor);
    }

    void close() {
      loader.end();
      before = at(TrialReport.State.FAILED, "ended");
      if (shadow != null) {
        shadow.close();
      }
    }
  }
}
