package io.coterie.agent.fusion;

import io.coterie.agent.arrival.FrameArrival;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Portion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A fuser and its standby in virtual time, around the core that ships: boards whose portions come
 * late or never, fusers that crash, freeze and come back, a broker that keeps the order of what one
 * client gets, and an orchestrator that notices losses late.
 */
final class SimulatedFusers {
  static final long MS = 1_000_000;
  static final long DEADLINE_MS = 400;
  static final long HEDGE_MS = 100;
  private static final String BUNDLE = "a".repeat(64);
  private static final int K = 3;
  private static final long KEEP_ALIVE_MS = 3_000;
  private static final double RECOVERY_MS = 1_200;

  /** A result, and which fuser published it when. */
  record Response(Verdict verdict, int by, double atMs) {}

  private record Event(long atNs, long order, Runnable action) {}

  /** A process: what it is given waits in its inbox while it is frozen. */
  private final class Runner {
    private final int index;
    private final Deque<Runnable> inbox = new ArrayDeque<>();
    private HedgedCore core;
    private boolean up = true;
    private boolean frozen;
    private boolean connected = true;
    private int incarnation;
    private long lastDeliveryNs;
    private long wakeNs = Long.MAX_VALUE;

    Runner(int index) {
      this.index = index;
    }

    /** Over this process's connection, in order. */
    void deliver(Runnable action) {
      if (!up || !connected) {
        return;
      }
      int mine = incarnation;
      lastDeliveryNs = Math.max(lastDeliveryNs + 1, nowNs + hopNs());
      at(
          lastDeliveryNs,
          () -> {
            if (mine == incarnation && up) {
              run(action);
            }
          });
    }

    private void run(Runnable action) {
      if (frozen) {
        inbox.add(action);
      } else {
        action.run();
        schedule();
      }
    }

    private void schedule() {
      if (core == null) {
        return;
      }
      long dueNs = core.nextDueNs().orElse(Long.MAX_VALUE);
      if (dueNs < wakeNs) {
        wakeNs = dueNs;
        int mine = incarnation;
        at(
            dueNs,
            () -> {
              if (mine == incarnation && up && wakeNs == dueNs) {
                run(this::wake);
              }
            });
      }
    }

    private void wake() {
      wakeNs = Long.MAX_VALUE;
      publish(core.expire(nowNs));
    }

    void publish(List<FusionEffect> effects) {
      for (FusionEffect effect : effects) {
        if (connected && effect instanceof Verdict verdict) {
          FrameKey key = verdict.key();
          responses
              .computeIfAbsent(key, any -> new ArrayList<>())
              .add(new Response(verdict, index, nowMs()));
          for (Runner other : fusers) {
            other.deliver(() -> other.hear(key));
          }
        }
      }
    }

    private void hear(FrameKey key) {
      if (core != null) {
        core.resulted(key, nowNs);
      }
    }

    void assign(boolean standby) {
      core = core == null ? new HedgedCore(Judge.NEVER) : core;
      core.assign(role(standby), LAYOUT, nowNs);
    }
  }

  private static final Layout LAYOUT =
      new Layout(new Layout.Id(BUNDLE, Strategy.ROCOIN, K), List.of(1, 1, 1), 1);

  private final SplittableRandom random;
  private final List<Runner> fusers = List.of(new Runner(0), new Runner(1));
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.atNs() != b.atNs()
                  ? Long.compare(a.atNs(), b.atNs())
                  : Long.compare(a.order(), b.order()));
  private final Map<FrameKey, List<Response>> responses = new LinkedHashMap<>();
  private int primary = 0;
  private long nowNs;
  private long order;
  private int frames;
  private double faultEndMs;

  /** The first is the primary, the second stands by. */
  SimulatedFusers(long seed) {
    random = new SplittableRandom(seed);
    fusers.get(0).deliver(() -> fusers.get(0).assign(false));
    fusers.get(1).deliver(() -> fusers.get(1).assign(true));
  }

  SplittableRandom random() {
    return random;
  }

  Map<FrameKey, List<Response>> responses() {
    return responses;
  }

  int primary() {
    return primary;
  }

  double nowMs() {
    return nowNs / 1e6;
  }

  void at(double ms, Runnable action) {
    at((long) (ms * MS), action);
  }

  private void at(long ns, Runnable action) {
    events.add(new Event(Math.max(ns, nowNs), order++, action));
  }

  void runTo(double ms) {
    long endNs = (long) (ms * MS);
    while (!events.isEmpty() && events.peek().atNs() <= endNs) {
      Event event = events.remove();
      nowNs = event.atNs();
      event.action().run();
    }
    nowNs = endNs;
  }

  /** Publishes a frame; every board gives its portion after a while, a few never do. */
  FrameKey publish() {
    FrameKey key = new FrameKey("cam", "f" + frames++);
    FrameArrival arrival = new FrameArrival(key, "", new byte[0], 10, 1);
    hear((process) -> process.publish(process.core.frame(arrival, nowNs)));
    for (int partition = 0; partition < K; partition++) {
      Portion portion = new Portion(key, BUNDLE, K, partition, 1, "b", new float[1], "");
      double afterMs = 3 + 40 * random.nextDouble();
      if (partition == 0 || random.nextInt(100) > 0) {
        at(
            nowMs() + afterMs,
            () -> hear(process -> process.publish(process.core.portion(portion, nowNs))));
      }
    }
    return key;
  }

  private void hear(Consumer<Runner> what) {
    for (Runner process : fusers) {
      process.deliver(
          () -> {
            if (process.core != null) {
              what.accept(process);
            }
          });
    }
  }

  /** Whether both have run for long enough to mask the loss of either. */
  boolean bothServe() {
    return nowMs() - faultEndMs > RECOVERY_MS
        && fusers.stream().allMatch(f -> f.up && f.connected && !f.frozen && f.core != null);
  }

  /** A process is lost with all that it has, is noticed, and comes back as the standby. */
  void crash(int index) {
    Runner lost = fusers.get(index);
    lost.up = false;
    lost.incarnation++;
    lost.core = null;
    lost.inbox.clear();
    lost.wakeNs = Long.MAX_VALUE;
    lose(index, 5 + 60 * random.nextDouble());
    at(nowMs() + 200 + 300 * random.nextDouble(), () -> comeBack(lost));
  }

  private void comeBack(Runner lost) {
    faultEndMs = nowMs();
    lost.up = true;
    lost.connected = true;
    lost.deliver(() -> lost.assign(true));
  }

  /** The other one is named after so long, if this one was the primary. */
  private void lose(int index, double afterMs) {
    at(
        nowMs() + afterMs,
        () -> {
          if (primary == index) {
            primary = 1 - index;
            Runner next = fusers.get(primary);
            next.deliver(() -> next.assign(false));
          }
        });
  }

  /** A process does not run for so long; after the keep-alive the broker ends its connection. */
  void freeze(int index, double forMs) {
    Runner frozen = fusers.get(index);
    frozen.frozen = true;
    double endMs = nowMs() + forMs;
    if (forMs > KEEP_ALIVE_MS) {
      at(
          nowMs() + KEEP_ALIVE_MS,
          () -> {
            frozen.connected = false;
            lose(index, 5 + 60 * random.nextDouble());
          });
    }
    at(endMs, () -> thaw(frozen));
  }

  private void thaw(Runner frozen) {
    faultEndMs = nowMs();
    frozen.frozen = false;
    while (!frozen.inbox.isEmpty()) {
      frozen.inbox.remove().run();
    }
    frozen.schedule();
    if (!frozen.connected) {
      at(nowMs() + 100 + 200 * random.nextDouble(), () -> reconnect(frozen));
    }
  }

  private void reconnect(Runner process) {
    process.connected = true;
    process.core.reconnected(nowNs);
    process.deliver(() -> process.assign(true));
  }

  private FuserRole role(boolean standby) {
    List<Integer> covered = List.of(0, 1, 2);
    return new FuserRole("d", BUNDLE, null, K, covered, DEADLINE_MS, 1, null, standby, HEDGE_MS);
  }

  private long hopNs() {
    double ms = 0.3 + 3 * random.nextDouble() + (random.nextInt(100) == 0 ? 15 : 0);
    return (long) (ms * MS);
  }
}
