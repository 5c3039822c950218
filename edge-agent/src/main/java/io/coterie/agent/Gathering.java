package io.coterie.agent;

import io.coterie.agent.role.RoleCore;
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
 * Gets the manifests and models that an assignment needs, and begins it when they are there: does
 * what {@link RoleCore} decides.
 *
 * <p>Lives on the agent's runtime thread.
 */
final class Gathering {
  /** Who needs them. */
  interface Receiver {
    /**
     * Everything is there.
     *
     * @param models their bytes by digest, if they are kept
     */
    void activate(RoleCore.Activate activate, Map<String, byte[]> models);

    /** Something cannot be had, or not be used. */
    void failed(String message);

    /** The assignment wants these tried, and nothing else any more. */
    void attempt(List<TrialRole> trials);
  }

  private final ContentFetcher fetcher;
  private final EventLoop runtime;
  private final TrustedKeys trusted;
  private final boolean keeps;
  private final Receiver receiver;
  private final Map<String, byte[]> models = new HashMap<>();
  private RoleCore.State state = RoleCore.State.INITIAL;
  private boolean ended;

  /**
   * Nothing is needed yet.
   *
   * @param keeps whether the receiver needs the models' bytes, or only to have them in the cache
   */
  Gathering(
      ContentFetcher fetcher,
      EventLoop runtime,
      TrustedKeys trusted,
      boolean keeps,
      Receiver receiver) {
    this.fetcher = fetcher;
    this.runtime = runtime;
    this.trusted = trusted;
    this.keeps = keeps;
    this.receiver = receiver;
  }

  /** What is seen and wanted. */
  RoleCore.State state() {
    return state;
  }

  /** Highest term that was seen. */
  long term() {
    return state.term();
  }

  /** Highest epoch of that term that was seen. */
  long epoch() {
    return state.epoch();
  }

  /** Gets nothing more, and tells nothing more. */
  void end() {
    ended = true;
    models.clear();
  }

  /** Something happened. */
  void decide(RoleCore.Input input) {
    if (ended) {
      return;
    }
    RoleCore.Decision decision = RoleCore.decide(state, input);
    state = decision.state();
    for (RoleCore.Effect effect : decision.effects()) {
      if (effect instanceof RoleCore.FetchManifest fetch) {
        fetcher.fetch(this, fetch.digest(), this::manifestArrived);
      } else if (effect instanceof RoleCore.FetchModel fetch) {
        fetcher.fetch(this, fetch.digest(), this::modelArrived);
      } else if (effect instanceof RoleCore.Complain complain) {
        receiver.failed(complain.message());
      } else if (effect instanceof RoleCore.Activate activate) {
        Map<String, byte[]> all = Map.copyOf(models);
        models.clear();
        receiver.activate(activate, all);
      } else if (effect instanceof RoleCore.Try trial) {
        receiver.attempt(trial.trials());
      }
    }
  }

  private void manifestArrived(String digest, byte[] bytes) {
    if (ended) {
      return;
    }
    Optional<String> refused = trusted.refuse(bytes);
    if (refused.isPresent()) {
      receiver.failed("refused bundle " + digest + ": " + refused.get());
      return;
    }
    try {
      Manifest manifest = Manifest.parse(bytes);
      runtime.execute(() -> decide(new RoleCore.ManifestReady(digest, manifest)));
    } catch (JsonException e) {
      receiver.failed("cannot use bundle " + digest + ": " + e.getMessage());
    }
  }

  private void modelArrived(String digest, byte[] bytes) {
    if (keeps && !ended) {
      models.put(digest, bytes);
    }
    runtime.execute(() -> decide(new RoleCore.ModelReady(digest)));
  }
}
