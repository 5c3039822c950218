package io.coterie.agent.fusion;

import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

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

  /** Takes the role, or continues in it under a new plan. */
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

  boolean probeDue(long nowNs) {
    return delayNs > 0 && probes.isDue(delayNs, nowNs);
  }

  void onLoopback(long sentNs, long nowNs) {
    probes.onLoopback(sentNs, nowNs);
  }

  void disconnected(long nowNs) {
    wasDeaf = probes.areLate(delayNs, nowNs);
    probes.reset();
  }

  /**
   * The connection is established again. Another fuser may have been named meanwhile.
   *
   * @return whether another fuser answers all frames that are held or open. This is so for a
   *     standby, which may have missed results, and for a fuser that stalled or was cut off until
   *     the broker published its will
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

  boolean holds() {
    return !held.isEmpty();
  }

  /** Whether an answer is held back that is to be fused in this schema. */
  boolean holdsAnswerOf(PortionSchema.FusionKey id) {
    return held.values().stream()
        .flatMap(List::stream)
        .anyMatch(
            one ->
                one.effect() instanceof FrameDecision decision
                    && decision.schema().filter(schema -> schema.id().equals(id)).isPresent());
  }

  /** Whether another fuser may answer the same frames, so that effects are held back. */
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

  /**
   * Postpones what became due during a stall: another fuser may have answered it, and its result
   * may not be processed yet.
   */
  private void stalled(long nowNs, long catchUpNs) {
    carefulUntilNs = nowNs + catchUpNs;
    staleUntilNs = nowNs + RECONNECTED_NS;
    held.values()
        .forEach(effects -> effects.replaceAll(effect -> effect.notBefore(nowNs + catchUpNs)));
  }

  /** Returns the effects that are to be sent now and holds back the others. */
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

  /**
   * How long an effect is held back. Primary and standby wait for different times, so that they do
   * not answer in the same moment.
   */
  private long delayNs(FusionEffect effect) {
    if (primary) {
      return delayNs + delayNs / 2;
    }
    return openedBefore(effect, newUntilNs) ? 2 * delayNs : delayNs;
  }

  /** Whether the frame arrived while another fuser might answer it. */
  private boolean beganInDoubt(FusionEffect effect) {
    return delayNs > 0 && openedBefore(effect, carefulUntilNs);
  }

  private static boolean openedBefore(FusionEffect effect, long ns) {
    return effect instanceof FrameDecision decision && decision.openedNs() - ns < 0;
  }

  /** Drops the effects of a frame that another fuser has answered. */
  void answered(FrameKey key) {
    held.remove(key);
  }

  /**
   * Removes and returns the effects that were held back for long enough. Returns none while a
   * result may be on its way.
   */
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

  /** When {@link #due} or {@link #isHedging} has to be called next. */
  OptionalLong nextDueNs() {
    if (delayNs == 0) {
      return OptionalLong.empty();
    }
    long nextNs = aliveNs + delayNs / 4;
    if (probes.areLate(delayNs, aliveNs)) {
      return OptionalLong.of(nextNs);
    }
    LongStream heldNs = held.values().stream().mapToLong(effects -> effects.get(0).dueNs());
    return EventLoop.earliest(LongStream.concat(LongStream.of(nextNs), heldNs));
  }

  /** Number of answers that were sent after they had been held back. */
  long sent() {
    return sent;
  }
}
