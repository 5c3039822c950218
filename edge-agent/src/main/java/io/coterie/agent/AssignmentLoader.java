package io.coterie.agent;

import io.coterie.agent.role.AssignmentCore;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.TrialRole;
import io.coterie.protocol.runtime.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fetches the manifests and models that an assignment needs and reports it as ready when all are
 * there. Carries out the decisions of {@link AssignmentCore}.
 *
 * <p>Lives on the agent's runtime thread.
 */
final class AssignmentLoader {
  /** Is told what becomes of assignments. Called on the runtime thread. */
  interface Listener {
    /**
     * Everything that the assignment needs is available.
     *
     * @param models the models' bytes by digest; empty if the loader does not keep them
     */
    void onReady(AssignmentCore.Activate activate, Map<String, byte[]> models);

    /** A file cannot be fetched, or cannot be used. */
    void onProblem(String message);

    /** The assignment asks for exactly these trials. */
    void onTrials(List<TrialRole> trials);
  }

  private final ContentFetcher fetcher;
  private final EventLoop runtime;
  private final TrustedKeys trusted;
  private final boolean keeps;
  private final Listener listener;
  private final Map<String, byte[]> models = new HashMap<>();
  private AssignmentCore.State state = AssignmentCore.State.INITIAL;
  private boolean ended;

  /**
   * Creates a loader that has no assignment yet.
   *
   * @param keeps whether the listener needs the models' bytes, or only needs them in the cache
   */
  AssignmentLoader(
      ContentFetcher fetcher,
      EventLoop runtime,
      TrustedKeys trusted,
      boolean keeps,
      Listener listener) {
    this.fetcher = fetcher;
    this.runtime = runtime;
    this.trusted = trusted;
    this.keeps = keeps;
    this.listener = listener;
  }

  AssignmentCore.State state() {
    return state;
  }

  /** Stops: nothing more is fetched, and the listener is not called any more. */
  void end() {
    ended = true;
    models.clear();
  }

  /** Processes an input and carries out the effects. */
  void decide(AssignmentCore.Input input) {
    if (ended) {
      return;
    }
    AssignmentCore.Decision decision = AssignmentCore.decide(state, input);
    state = decision.state();
    for (AssignmentCore.Effect effect : decision.effects()) {
      if (effect instanceof AssignmentCore.FetchManifest fetch) {
        fetcher.fetch(this, fetch.digest(), this::manifestArrived);
      } else if (effect instanceof AssignmentCore.FetchModel fetch) {
        fetcher.fetch(this, fetch.digest(), this::modelArrived);
      } else if (effect instanceof AssignmentCore.ReportProblem problem) {
        listener.onProblem(problem.message());
      } else if (effect instanceof AssignmentCore.Activate activate) {
        Map<String, byte[]> all = Map.copyOf(models);
        models.clear();
        listener.onReady(activate, all);
      } else if (effect instanceof AssignmentCore.Try trial) {
        listener.onTrials(trial.trials());
      }
    }
  }

  private void manifestArrived(String digest, byte[] bytes) {
    if (ended) {
      return;
    }
    Optional<String> refused = trusted.refuse(bytes);
    if (refused.isPresent()) {
      listener.onProblem("refused bundle " + digest + ": " + refused.get());
      return;
    }
    try {
      Manifest manifest = Manifest.parse(bytes);
      runtime.execute(() -> decide(new AssignmentCore.ManifestReady(digest, manifest)));
    } catch (JsonException e) {
      listener.onProblem("cannot use bundle " + digest + ": " + e.getMessage());
    }
  }

  private void modelArrived(String digest, byte[] bytes) {
    if (keeps && !ended) {
      models.put(digest, bytes);
    }
    runtime.execute(() -> decide(new AssignmentCore.ModelReady(digest)));
  }
}
