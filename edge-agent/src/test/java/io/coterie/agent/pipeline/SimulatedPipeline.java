package io.coterie.agent.pipeline;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A fleet in virtual time around the cores that ship: boards that take time to compute, crash and
 * come back empty, messages that take hops, get lost, doubled and overtake each other, and an
 * orchestrator that notices losses late.
 */
final class SimulatedPipeline {
  /** A result and when it was published. */
  record Response(PipelineResult answered, String by, double atMs) {}

  private record Event(long atNs, long order, Runnable action) {}

  private final class Board {
    private final int index;
    private final String name;
    private double speed;
    private int incarnation;
    private boolean up = true;
    private Optional<WorkerCore> core = Optional.empty();
    private PipelineRole role;
    private long wakeNs = Long.MAX_VALUE;

    Board(int index, double speed) {
      this.index = index;
      this.name = name(index);
      this.speed = speed;
    }

    private boolean listens() {
      return core.isPresent() && (role.source().equals(name) || role.standby().equals(name));
    }

    private void assign(PipelineRole newRole, long newEpoch) {
      boolean first = core.isEmpty();
      if (first) {
        core = Optional.of(new WorkerCore(name, fleet.pipeline(), random.nextLong()));
      }
      role = newRole;
      WorkerCore worker = core.get();
      carryOut(worker.assign(newRole, newEpoch, nowNs));
      if (first && retained.isPresent()) {
        Admitted admitted = retained.get();
        tell(this, 1, b -> b.admitted(admitted));
      }
    }

    private void carryOut(List<PipelineEffect> effects) {
      for (PipelineEffect effect : effects) {
        carryOut(effect);
      }
      long dueNs = core.get().nextDueNs().orElse(Long.MAX_VALUE);
      if (dueNs < wakeNs) {
        wakeNs = dueNs;
        int mine = incarnation;
        at(dueNs, () -> wake(mine, dueNs));
      }
    }

    private void wake(int mine, long dueNs) {
      if (mine != incarnation || core.isEmpty() || wakeNs != dueNs) {
        return;
      }
      wakeNs = Long.MAX_VALUE;
      carryOut(core.get().tick(nowNs));
      check.accept(core.get().report());
    }

    private void carryOut(PipelineEffect effect) {
      if (effect instanceof PipelineEffect.Compute compute) {
        compute(compute.work());
      } else if (effect instanceof PipelineEffect.Send send) {
        hop(board(send.to()), worker -> worker.received(send.message(), nowNs));
      } else if (effect instanceof PipelineEffect.SendLoad send) {
        Load load = send.load();
        for (Board other : joined.get(index)) {
          hop(other, worker -> worker.load(name, load, nowNs));
        }
      } else if (effect instanceof PipelineEffect.Publish publish) {
        retained = Optional.of(publish.admitted());
        published.add(publish.admitted());
        for (Board other : boards) {
          tell(other, delayMs(), worker -> worker.admitted(publish.admitted()));
        }
      } else if (effect instanceof PipelineEffect.Respond respond) {
        respond(respond.answered());
      }
    }

    private void respond(PipelineResult result) {
      FrameKey key = result.arrival().key();
      responses
          .computeIfAbsent(key, any -> new ArrayList<>())
          .add(new Response(result, name, nowMs()));
      for (Board other : boards) {
        if (other.listens()) {
          tell(other, delayMs(), worker -> worker.resulted(key, nowNs));
        }
      }
    }

    private void compute(Work job) {
      double flops = fleet.pipeline().segment(job.segment()).flops();
      double ms = flops / 1000 / speed * (0.9 + 0.2 * random.nextDouble());
      boolean last = job.segment() == fleet.pipeline().exits();
      Computed computed;
      if (random.nextDouble() < fleet.failing()) {
        computed = Computed.failed(job, ms, "out of memory");
      } else {
        float[] logits = Pipelines.logits(Pipelines.WORST * (1 - random.nextDouble()));
        computed = Computed.of(job, ms, logits, new float[last ? 0 : Pipelines.VALUES]);
      }
      deliver(this, ms, worker -> worker.computed(computed, nowNs));
    }
  }

  /** What a delivered message does at a board. */
  private interface Delivery {
    List<PipelineEffect> to(WorkerCore worker);
  }

  private final SimulatedPipelineFleet fleet;
  private final SplittableRandom random;
  private final List<Board> boards = new ArrayList<>();
  private final List<List<Board>> joined = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.atNs() != b.atNs()
                  ? Long.compare(a.atNs(), b.atNs())
                  : Long.compare(a.order(), b.order()));
  private final Map<FrameKey, List<Response>> responses = new LinkedHashMap<>();
  private final List<Admitted> published = new ArrayList<>();
  private final Consumer<Report.PipelineReport> check;
  private Optional<Admitted> retained = Optional.empty();
  private final List<Integer> alive = new ArrayList<>();
  private int source = 0;
  private int standby = 1;
  private long epoch;
  private long nowNs;
  private long order;
  private long standbySinceNs;
  private long frames;

  /**
   * The fleet with the first board as its source and the second, if there is one, as the standby.
   *
   * @param check what must be true after every event at a board
   */
  SimulatedPipeline(
      SimulatedPipelineFleet fleet, long seed, Consumer<Report.PipelineReport> check) {
    this.fleet = fleet;
    this.check = check;
    random = new SplittableRandom(seed);
    for (int i = 0; i < fleet.speeds().size(); i++) {
      boards.add(new Board(i, fleet.speeds().get(i)));
      alive.add(i);
    }
    for (Board board : boards) {
      joined.add(boards.stream().filter(other -> joins(board.index, other.index)).toList());
    }
    plan();
  }

  private boolean joins(int a, int b) {
    return a != b && fleet.topology().joins(a, b, boards.size());
  }

  static String name(int index) {
    return "b" + index;
  }

  SplittableRandom random() {
    return random;
  }

  double nowMs() {
    return nowNs / 1e6;
  }

  Map<FrameKey, List<Response>> responses() {
    return responses;
  }

  List<Admitted> published() {
    return published;
  }

  /** What the boards that are up report. */
  List<Report.PipelineReport> reports() {
    return boards.stream().flatMap(board -> board.core.stream()).map(WorkerCore::report).toList();
  }

  /** What the source reports. */
  Report.PipelineReport source() {
    return boards.get(source).core.orElseThrow().report();
  }

  void at(double ms, Runnable action) {
    at((long) (ms * 1e6), action);
  }

  private void at(long ns, Runnable action) {
    events.add(new Event(Math.max(ns, nowNs), order++, action));
  }

  /** Lets time pass. */
  void runTo(double ms) {
    long endNs = (long) (ms * 1e6);
    while (!events.isEmpty() && events.peek().atNs() <= endNs) {
      Event event = events.remove();
      nowNs = event.atNs();
      event.action().run();
    }
    nowNs = endNs;
  }

  /** A frame is published now; it may be doubled. */
  FrameKey publish(boolean doubled) {
    String id = "f" + frames++;
    Message message = Pipelines.message(id);
    FrameArrival arrival = Pipelines.arrival(id);
    for (Board board : boards) {
      for (int i = 0; board.listens() && i < (doubled ? 2 : 1); i++) {
        deliver(board, delayMs(), worker -> worker.frame(arrival, message, nowNs));
      }
    }
    return arrival.key();
  }

  /** Offers frames evenly, with a little jitter, from now on. */
  void offer(double perSecond, double forMs) {
    double everyMs = 1000 / perSecond;
    for (double ms = 0; ms < forMs; ms += everyMs) {
      at(nowMs() + ms + 0.5 * everyMs * random.nextDouble(), () -> publish(false));
    }
  }

  /** A board runs at another speed. */
  void speed(int index, double speed) {
    boards.get(index).speed = speed;
  }

  /** Whether this board may crash without a frame being lost that nobody else heard of. */
  boolean mayCrash(int index) {
    boolean heardAll = nowNs - standbySinceNs > (fleet.deadlineMs() + 200) * Pipelines.MS;
    return boards.get(index).up
        && alive.size() > 2
        && ((index != source && index != standby) || heardAll);
  }

  /** The board is lost with all it has; the orchestrator notices after the time. */
  void crash(int index, double noticedAfterMs) {
    Board board = boards.get(index);
    board.up = false;
    board.incarnation++;
    board.core = Optional.empty();
    board.wakeNs = Long.MAX_VALUE;
    if (index == source || index == standby) {
      standbySinceNs = Long.MAX_VALUE / 2;
    }
    at(nowMs() + noticedAfterMs, () -> lose(index));
  }

  private void lose(int index) {
    alive.remove((Integer) index);
    if (index == source) {
      source = standby;
    }
    if (index == source || index == standby || standby == source) {
      standby =
          alive.stream()
              .filter(i -> i != source && boards.get(i).up && holdsFirst(i))
              .findFirst()
              .orElse(-1);
      standbySinceNs = nowNs;
    }
    plan();
  }

  private boolean holdsFirst(int index) {
    return fleet.segments().get(index).contains(1);
  }

  /** The board comes back empty; the orchestrator notices after the time. */
  void restart(int index, double noticedAfterMs) {
    Board board = boards.get(index);
    board.up = true;
    at(
        nowMs() + noticedAfterMs,
        () -> {
          alive.add(index);
          plan();
        });
  }

  private void plan() {
    long planned = ++epoch;
    for (int index : alive) {
      Board board = boards.get(index);
      PipelineRole role = role(index);
      double delayMs = planned == 1 ? 0 : 1 + 10 * random.nextDouble();
      int mine = board.incarnation;
      at(
          nowMs() + delayMs,
          () -> {
            boolean overtaken = epoch != planned && !role.equals(role(index));
            if (mine == board.incarnation
                && board.up
                && !overtaken
                && !Objects.equals(role, board.core.isPresent() ? board.role : null)) {
              board.assign(role, planned);
            }
          });
    }
  }

  private PipelineRole role(int index) {
    List<PipelineRole.Neighbour> neighbours =
        joined.get(index).stream()
            .map(board -> board.index)
            .filter(alive::contains)
            .map(i -> new PipelineRole.Neighbour(name(i), fleet.segments().get(i)))
            .toList();
    return Pipelines.role(
        fleet.segments().get(index),
        name(source),
        standby >= 0 && standby < boards.size() ? name(standby) : "",
        neighbours,
        fleet.deadlineMs(),
        fleet.exitRule(),
        fleet.rule());
  }

  private Board board(String name) {
    return boards.get(Integer.parseInt(name.substring(1)));
  }

  private double delayMs() {
    SimulatedPipelineFleet.Hops hops = fleet.hops();
    return hops.leastMs() + (hops.mostMs() - hops.leastMs()) * random.nextDouble();
  }

  /** A message that may get lost, doubled or late. */
  private void hop(Board to, Delivery delivery) {
    SimulatedPipelineFleet.Hops hops = fleet.hops();
    if (random.nextDouble() < hops.lost()) {
      return;
    }
    int times = random.nextDouble() < hops.doubled() ? 2 : 1;
    for (int i = 0; i < times; i++) {
      double extraMs = random.nextDouble() < hops.late() ? hops.lateMs() * random.nextDouble() : 0;
      deliver(to, delayMs() + extraMs, delivery);
    }
  }

  /** Delivers what has no effects. */
  private void tell(Board to, double afterMs, Consumer<WorkerCore> news) {
    deliver(
        to,
        afterMs,
        core -> {
          news.accept(core);
          return List.of();
        });
  }

  private void deliver(Board to, double afterMs, Delivery delivery) {
    int mine = to.incarnation;
    at(
        nowMs() + afterMs,
        () -> {
          if (mine == to.incarnation && to.core.isPresent()) {
            to.carryOut(delivery.to(to.core.get()));
          }
        });
  }
}
