package io.coterie.agent.fusion;

import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Portion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Decides when a frame is answered and with which portions, for one deployment. A frame goes
 *
 * <pre>
 * (unknown) --frame--> open --every covered partition's portion--> ok or degraded
 *                      open --a board found the frame unusable---> rejected
 *                      open --deadline---------------------------> degraded or expired
 * (unknown) --portion-> early --frame--> open; --deadline--> forgotten
 * </pre>
 *
 * and is then remembered as closed, so that late portions and repeats change nothing. Deterministic
 * in its inputs and the time that comes with them; the tables are mutable because copying them for
 * every portion would cost more than the fusion.
 *
 * <p>Not thread-safe.
 */
final class FuserCore {
  /** More open frames than this are refused as {@code rejected}. */
  static final int MAX_OPEN = 1024;

  /** Within this time the same correlation data means the same frame. */
  static final long REPEAT_WINDOW_NS = TimeUnit.SECONDS.toNanos(60);

  private static final int MAX_CLOSED = 16_384;

  /** What was not used, and why. */
  record Counters(long repeats, long fenced, long garbage, long late) {}

  private record Closed(long closedNs, long checksum) {}

  private final Map<FrameKey, OpenFrame> open = new LinkedHashMap<>();
  private final Map<FrameKey, Closed> closed = new LinkedHashMap<>();
  private final Map<Layout.Id, Layout> layouts = new LinkedHashMap<>();
  private FuserRole role;
  private Layout layout;
  private long repeats;
  private long fenced;
  private long garbage;
  private long late;

  FuserCore(FuserRole role, Layout layout) {
    assign(role, layout);
  }

  /** Goes on under a new plan. Frames that are open may still be answered in the layout before. */
  void assign(FuserRole newRole, Layout newLayout) {
    Layout before = layout;
    role = newRole;
    layout = newLayout;
    layouts.clear();
    layouts.put(newLayout.id(), newLayout);
    if (before != null) {
      layouts.putIfAbsent(before.id(), before);
    }
  }

  /** Whether portions of this layout are still accepted. */
  boolean knows(Layout.Id id) {
    return layouts.containsKey(id);
  }

  FuserRole role() {
    return role;
  }

  Counters counters() {
    return new Counters(repeats, fenced, garbage, late);
  }

  /** When {@link #expire} has something to do next. */
  OptionalLong nextDeadlineNs() {
    return open.values().stream()
        .mapToLong(OpenFrame::deadlineNs)
        .reduce((a, b) -> b - a < 0 ? b : a);
  }

  /** A frame arrived. */
  List<Verdict> frame(FrameArrival frame, long nowNs) {
    FrameKey key = frame.key();
    OpenFrame known = open.get(key);
    Closed before = closed.get(key);
    if (known != null && known.arrival().isPresent()) {
      return repeat(frame, known.arrival().get().checksum(), nowNs);
    }
    if (before != null && key.isPublishers() && nowNs - before.closedNs() < REPEAT_WINDOW_NS) {
      return repeat(frame, before.checksum(), nowNs);
    }
    closed.remove(key);
    try {
      FrameDecoder.checkSize(frame.payloadBytes());
    } catch (FrameRejectedException e) {
      return refuse(frame, nowNs, e.getMessage(), nowNs);
    }
    if (known == null && open.size() >= MAX_OPEN) {
      String reason = "busy: " + open.size() + " frames are waiting for their answer";
      return refuse(frame, nowNs, reason, nowNs);
    }
    OpenFrame entry = known == null ? open(key, nowNs) : known;
    entry.arrived(frame);
    return settle(entry, nowNs);
  }

  private List<Verdict> repeat(FrameArrival frame, long checksum, long nowNs) {
    repeats++;
    if (frame.checksum() == checksum) {
      return List.of();
    }
    String reason = "correlation data was used for another frame less than 60 s ago";
    return List.of(Verdict.refusal(frame, Outcome.REJECTED, nowNs, reason));
  }

  /** A portion arrived. */
  List<Verdict> portion(Portion portion, long nowNs) {
    Layout.Id id = Layout.Id.of(portion);
    Layout known = layouts.get(id);
    if (known == null || (id.equals(layout.id()) && portion.epoch() < role.acceptFrom())) {
      fenced++;
      return List.of();
    }
    if (closed.containsKey(portion.key())) {
      late++;
      return List.of();
    }
    if (portion.rejection().isEmpty() && !known.fits(portion)) {
      garbage++;
      return List.of();
    }
    OpenFrame entry = open.get(portion.key());
    if (entry == null) {
      if (open.size() >= MAX_OPEN) {
        late++;
        return List.of();
      }
      entry = open(portion.key(), nowNs);
    }
    entry.add(portion);
    return settle(entry, nowNs);
  }

  private OpenFrame open(FrameKey key, long nowNs) {
    long deadlineNs = nowNs + TimeUnit.MILLISECONDS.toNanos(role.deadlineMs());
    OpenFrame entry = new OpenFrame(nowNs, deadlineNs);
    open.put(key, entry);
    return entry;
  }

  private List<Verdict> settle(OpenFrame entry, long nowNs) {
    if (entry.arrival().isEmpty()) {
      return List.of();
    }
    FrameArrival frame = entry.arrival().get();
    for (Layout candidate : layouts.values()) {
      List<Integer> wanted = candidate.equals(layout) ? role.covered() : all(candidate);
      if (!wanted.isEmpty() && entry.covers(candidate, wanted)) {
        return close(frame, Verdict.answer(frame, entry, candidate), nowNs);
      }
    }
    if (!entry.rejection().isEmpty() && !entry.hasPortions()) {
      return refuse(frame, entry.openedNs(), entry.rejection(), nowNs);
    }
    return List.of();
  }

  private List<Verdict> refuse(FrameArrival frame, long openedNs, String reason, long nowNs) {
    return close(frame, Verdict.refusal(frame, Outcome.REJECTED, openedNs, reason), nowNs);
  }

  private static List<Integer> all(Layout layout) {
    List<Integer> partitions = new ArrayList<>();
    for (int partition = 0; partition < layout.id().k(); partition++) {
      partitions.add(partition);
    }
    return partitions;
  }

  /** Answers what has waited until its deadline, with the portions there are. */
  List<Verdict> expire(long nowNs) {
    List<Verdict> verdicts = new ArrayList<>();
    for (Map.Entry<FrameKey, OpenFrame> entry : List.copyOf(open.entrySet())) {
      if (nowNs - entry.getValue().deadlineNs() >= 0) {
        open.remove(entry.getKey());
        entry
            .getValue()
            .arrival()
            .ifPresent(
                frame -> verdicts.addAll(close(frame, atDeadline(frame, entry.getValue()), nowNs)));
      }
    }
    return verdicts;
  }

  private Verdict atDeadline(FrameArrival frame, OpenFrame entry) {
    Optional<Layout> best =
        layouts.values().stream()
            .filter(candidate -> entry.have(candidate) > 0)
            .max(Comparator.comparingDouble(c -> entry.have(c) / (double) c.id().k()));
    if (best.isPresent()) {
      return Verdict.answer(frame, entry, best.get());
    }
    String reason =
        role.covered().isEmpty()
            ? "no board computes any partition"
            : "no portion within " + role.deadlineMs() + " ms";
    return Verdict.refusal(frame, Outcome.EXPIRED, entry.openedNs(), reason);
  }

  private List<Verdict> close(FrameArrival frame, Verdict verdict, long nowNs) {
    open.remove(frame.key());
    closed.remove(frame.key());
    closed.put(frame.key(), new Closed(nowNs, frame.checksum()));
    forgetOldest(nowNs);
    return List.of(verdict);
  }

  private void forgetOldest(long nowNs) {
    Iterator<Closed> oldest = closed.values().iterator();
    while (oldest.hasNext()) {
      boolean old = nowNs - oldest.next().closedNs() >= REPEAT_WINDOW_NS;
      if (!old && closed.size() <= MAX_CLOSED) {
        return;
      }
      oldest.remove();
    }
  }
}
