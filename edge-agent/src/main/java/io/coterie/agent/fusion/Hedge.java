package io.coterie.agent.fusion;

import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Keeps back what a fuser would send while another one may send it too (ours):
 *
 * <pre>
 * primary --begins, was stalled, connected again--> careful --after a while--> primary
 * primary --hears nothing of itself---------------> careful --hears itself-----> primary
 * standby --is assigned as the primary------------> careful
 *
 * primary:          effect ----------------------------> sent
 * standby, careful: effect --result of its frame heard--> dropped
 *                          --hedge delay (a careful primary 1.5, a new standby 2 of it)--> sent
 * </pre>
 *
 * A fuser that did not run for three quarters of the hedge delay notices that itself by the time
 * that passed: meanwhile the standby has answered for it, or is about to. One that is cut off
 * notices that by its loopback probes: what it hears reached the broker after the last of them that
 * came back was sent, and may be as old. While that is more than three quarters of the hedge delay,
 * both keep everything back. Without a hedge delay a fuser is alone, and always sends at once.
 *
 * <p>Deterministic in its inputs and the time that comes with them. Not thread-safe.
 */
final class Hedge {
  /** How long to be careful after a stall, as a part of it: until what has piled up is read. */
  private static final int STALL_PART = 4;

  private static final long RECONNECTED_NS = TimeUnit.SECONDS.toNanos(1);

  private record Held(FusionEffect effect, long dueNs) {
    Held notBefore(long ns) {
      return dueNs - ns < 0 ? new Held(effect, ns) : this;
    }
  }

  private final Map<FrameKey, List<Held>> held = new LinkedHashMap<>();
  private final LoopbackProbes probes = new LoopbackProbes();
  private boolean began;
  private boolean primary;
  private long delayNs;
  private long aliveNs;
  private long newUntilNs;
  private long carefulUntilNs;
  private long staleUntilNs;
  private boolean wasDeaf;
  private long sent;

  /** Takes the role, or goes on with it. */
  void assign(FuserRole role, long nowNs) {
    boolean becomesPrimary = !primary && !role.standby();
    primary = !role.standby();
    delayNs = TimeUnit.MILLISECONDS.toNanos(role.hedgeMs());
    aliveNs = nowNs;
    if (becomesPrimary) {
      carefulUntilNs = nowNs + delayNs;
    }
    if (delayNs == 0) {
      probes.reset();
    }
    if (!began) {
      began = true;
      newUntilNs = nowNs + delayNs;
    }
  }

  /** Whether it is to send itself a loopback probe now. */
  boolean probeDue(long nowNs) {
    return delayNs > 0 && probes.isDue(delayNs, nowNs);
  }

  /** A loopback probe came back. */
  void onLoopback(long sentNs, long nowNs) {
    probes.onLoopback(sentNs, nowNs);
  }

  /** The broker is away. */
  void disconnected(long nowNs) {
    wasDeaf = probes.areLate(delayNs, nowNs);
    probes.reset();
  }

  /**
   * The broker is back: another fuser may have been named meanwhile.
   *
   * @return whether all that is held or open is another's now: that of a standby, which may have
   *     missed results, and of a fuser that did not run, or was cut off, while the broker gave it
   *     up
   */
  boolean reconnected(long nowNs) {
    boolean stale = delayNs > 0 && (!primary || wasDeaf || nowNs - staleUntilNs < 0);
    wasDeaf = false;
    carefulUntilNs = nowNs + RECONNECTED_NS;
    if (stale) {
      held.clear();
    }
    return stale;
  }

  /** Whether something is kept back. */
  boolean holds() {
    return !held.isEmpty();
  }

  /** Whether others may answer too. */
  boolean isHedging(long nowNs) {
    if (delayNs == 0) {
      return false;
    }
    long stalledNs = Math.max(0, nowNs - aliveNs);
    aliveNs += stalledNs;
    if (stalledNs > delayNs - delayNs / 4) {
      stalled(nowNs, Math.max(delayNs, stalledNs / STALL_PART));
    }
    if (probes.areLate(delayNs, nowNs) && nowNs - carefulUntilNs >= 0) {
      carefulUntilNs = nowNs + 1;
    }
    return !primary || nowNs - carefulUntilNs < 0;
  }

  /** What was due meanwhile may be answered: the result may not be read yet. */
  private void stalled(long nowNs, long catchUpNs) {
    carefulUntilNs = nowNs + catchUpNs;
    staleUntilNs = nowNs + RECONNECTED_NS;
    held.values()
        .forEach(effects -> effects.replaceAll(effect -> effect.notBefore(nowNs + catchUpNs)));
  }

  /** What of these effects is to be sent now; the rest is kept back. */
  List<FusionEffect> pass(List<FusionEffect> effects, long nowNs) {
    boolean hedges = isHedging(nowNs) || effects.stream().anyMatch(this::beganInDoubt);
    if (effects.isEmpty() || !hedges) {
      return effects;
    }
    for (FusionEffect effect : effects) {
      held.computeIfAbsent(effect.key(), any -> new ArrayList<>())
          .add(new Held(effect, nowNs + delayNs(effect)));
    }
    return List.of();
  }

  /** Two would otherwise answer in the same moment. */
  private long delayNs(FusionEffect effect) {
    if (primary) {
      return delayNs + delayNs / 2;
    }
    return openedBefore(effect, newUntilNs) ? 2 * delayNs : delayNs;
  }

  /** Whether the frame came while others might answer: the standby may have had it for long. */
  private boolean beganInDoubt(FusionEffect effect) {
    return delayNs > 0 && openedBefore(effect, carefulUntilNs);
  }

  private static boolean openedBefore(FusionEffect effect, long ns) {
    return effect instanceof FrameDecision decision && decision.openedNs() - ns < 0;
  }

  /** Another fuser answered the frame. */
  void answered(FrameKey key) {
    held.remove(key);
  }

  /** What was kept back for long enough; nothing while its answer may be on the way. */
  List<FusionEffect> due(long nowNs) {
    List<FusionEffect> due = new ArrayList<>();
    if (isHedging(nowNs) && probes.areLate(delayNs, nowNs)) {
      return due;
    }
    for (Iterator<List<Held>> frames = held.values().iterator(); frames.hasNext(); ) {
      List<Held> effects = frames.next();
      while (!effects.isEmpty() && nowNs - effects.get(0).dueNs() >= 0) {
        due.add(effects.remove(0).effect());
      }
      if (effects.isEmpty()) {
        frames.remove();
      }
    }
    sent += due.stream().filter(FrameDecision.class::isInstance).count();
    return due;
  }

  /** When to look next: something is due, or it shows itself that it runs. */
  OptionalLong nextDueNs() {
    if (delayNs == 0) {
      return OptionalLong.empty();
    }
    long nextNs = aliveNs + delayNs / 4;
    if (probes.areLate(delayNs, aliveNs)) {
      return OptionalLong.of(nextNs);
    }
    for (List<Held> effects : held.values()) {
      long dueNs = effects.get(0).dueNs();
      nextNs = dueNs - nextNs < 0 ? dueNs : nextNs;
    }
    return OptionalLong.of(nextNs);
  }

  /** Answers that were sent after they had been kept back. */
  long sent() {
    return sent;
  }
}
