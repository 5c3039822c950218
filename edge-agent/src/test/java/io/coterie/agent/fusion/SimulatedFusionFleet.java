package io.coterie.agent.fusion;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Portion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * A fleet in virtual time around the fuser that ships: boards with a queue and stages that take
 * time, messages that take hops. Three partitions with two boards each: boards 2p and 2p + 1
 * compute partition p. How hard a frame is decides where it would leave, as the operating point in
 * force says.
 */
final class SimulatedFusionFleet {
  static final int EXITS = 3;
  static final int BOARDS = 6;
  private static final int K = 3;
  private static final String BUNDLE = "a".repeat(64);
  private static final long DEADLINE_MS = 500;
  private static final double STAGE_MS = 4;
  private static final int QUEUE = 16;

  /** An answered frame. */
  record Answer(double atMs, double latencyMs, int exit, OperatingPoint point, boolean right) {}

  private record Event(double atMs, long order, Runnable action) {}

  /** What is drawn for a frame: how hard it is, and how easily it is taken for something else. */
  private record Nature(double hardness, double confusion) {}

  private final class Board {
    private final int partition;
    private final Deque<String> queue = new ArrayDeque<>();
    private final Set<String> stopped = new HashSet<>();
    private double slowness = 1;
    private boolean busy;

    Board(int partition) {
      this.partition = partition;
    }

    void frame(String id) {
      if (queue.size() == QUEUE) {
        queue.removeLast();
      }
      queue.addFirst(id);
      next();
    }

    private void next() {
      if (!busy && !queue.isEmpty()) {
        busy = true;
        stage(queue.removeFirst(), 1);
      }
    }

    private void stage(String id, int exit) {
      if (exit > EXITS || stopped.contains(id)) {
        busy = false;
        next();
        return;
      }
      stages++;
      double ms = STAGE_MS * slowness * (0.9 + 0.2 * random.nextDouble());
      after(
          ms,
          () -> {
            send(() -> fuse(core.portion(portion(id, exit), nowNs())));
            stage(id, exit + 1);
          });
    }

    private Portion portion(String id, int exit) {
      FrameKey key = new FrameKey("cam", id);
      float[] values = new float[1];
      return new Portion(key, BUNDLE, Strategy.DISTREE, K, partition, exit, 1, "b", values, "");
    }
  }

  private final Random random;
  private final ExitTable table;
  private final Threshold threshold;
  private final FuserCore core;
  private final List<Board> boards = new ArrayList<>();
  private final Map<String, Nature> natures = new HashMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.atMs() == b.atMs()
                  ? Long.compare(a.order(), b.order())
                  : Double.compare(a.atMs(), b.atMs()));
  private final List<Answer> answers = new ArrayList<>();
  private double nowMs;
  private long order;
  private long stages;

  SimulatedFusionFleet(long seed, Partitioning points, ExitRule rule) {
    random = new Random(seed);
    FuserRole role =
        new FuserRole("d", BUNDLE, Strategy.DISTREE, K, List.of(0, 1, 2), DEADLINE_MS, 1, rule);
    Threshold.Basis basis = Threshold.Basis.of(role, points);
    table = basis.table().orElseThrow();
    threshold = new Threshold(basis);
    PortionSchema.FusionKey id = new PortionSchema.FusionKey(BUNDLE, Strategy.DISTREE, K);
    core = Points.core(role, new PortionSchema(id, List.of(1, 1, 1), EXITS), this::leaves);
    for (int board = 0; board < BOARDS; board++) {
      boards.add(new Board(board / 2));
    }
  }

  /** Sends frames at this rate until then, and lets time pass. */
  void runUntil(double untilMs, double framesPerSecond) {
    for (double at = nowMs; at < untilMs; at += 1e3 / framesPerSecond) {
      at(at, this::publish);
    }
    at(untilMs, () -> {});
    while (!events.isEmpty() && events.peek().atMs() <= untilMs) {
      Event event = events.remove();
      nowMs = event.atMs();
      event.action().run();
    }
  }

  void slow(int board, double factor) {
    boards.get(board).slowness = factor;
  }

  List<Answer> answers() {
    return answers;
  }

  /** Frames published so far. */
  int frames() {
    return natures.size();
  }

  /** Stages computed so far, by all boards. */
  long stages() {
    return stages;
  }

  double threshold() {
    return threshold.inForce();
  }

  /** What running every frame to the end would have come to, for the frames answered. */
  double accuracyToTheEnd() {
    double validation = table.toTheEnd().validation();
    return natures.values().stream().filter(n -> n.confusion() < validation).count()
        / (double) natures.size();
  }

  private void publish() {
    String id = "f" + natures.size();
    natures.put(id, new Nature(random.nextDouble(), random.nextDouble()));
    FrameArrival arrival = new FrameArrival(new FrameKey("cam", id), "", new byte[0], 10, 1);
    send(() -> fuse(core.frame(arrival, nowNs())));
    boards.forEach(board -> send(() -> board.frame(id)));
    after(DEADLINE_MS + 10, () -> fuse(core.expire(nowNs())));
  }

  private boolean leaves(
      PortionSchema schema,
      int exit,
      List<Optional<Portion>> portions,
      List<Optional<Portion>> before) {
    String id = portions.get(0).orElseThrow().key().frame();
    double part = 0;
    for (int i = 0; i < exit; i++) {
      part += inForce().exits().get(i);
    }
    return natures.get(id).hardness() < part;
  }

  private OperatingPoint inForce() {
    return table.points().stream()
        .filter(point -> point.threshold() == threshold.inForce())
        .findFirst()
        .orElseThrow();
  }

  private void fuse(List<FusionEffect> effects) {
    for (FusionEffect effect : effects) {
      if (effect instanceof FusionEffect.SendControl send) {
        Control control = send.control();
        boards.forEach(board -> send(() -> board.stopped.add(control.frame())));
      } else if (effect instanceof FrameDecision decision) {
        OperatingPoint point = inForce();
        Nature nature = natures.get(decision.frame().key().frame());
        boolean right = decision.exit() > 0 && nature.confusion() < point.validation();
        double latencyMs = (nowNs() - decision.openedNs()) / 1e6;
        answers.add(new Answer(nowMs, latencyMs, decision.exit(), point, right));
        threshold.answered(decision.openedNs(), nowNs());
      }
    }
  }

  /** A message on its way over the broker. */
  private void send(Runnable arrival) {
    after(0.8 + 0.6 * random.nextDouble(), arrival);
  }

  private void after(double ms, Runnable action) {
    at(nowMs + ms, action);
  }

  private void at(double ms, Runnable action) {
    events.add(new Event(ms, order++, action));
  }

  private long nowNs() {
    return (long) (nowMs * 1e6);
  }
}
