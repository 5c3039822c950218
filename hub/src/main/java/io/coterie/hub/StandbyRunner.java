package io.coterie.hub;

import io.coterie.broker.BrokerException;
import io.coterie.broker.reception.FrameResultFilter;
import io.coterie.orchestrator.Orchestrator;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what {@link Standby} decides, on one event loop, one effect after the other: what is
 * heard while an effect takes its time is decided on when that is over.
 */
final class StandbyRunner {
  private static final Logger log = LoggerFactory.getLogger(StandbyRunner.class);

  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(2);

  /** What was answered last has to reach its receivers before their connections end. */
  private static final long LINGER_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How other processes come to the broker of this one. No method blocks. */
  interface Doors {
    /** Lets clients in; without effect where they are let in already. */
    void open() throws BrokerException;

    /** Sends clients away, and lets none in. */
    void shut();

    /** Has the broker forget every retained message; the future ends when they are gone. */
    CompletableFuture<Void> forget();
  }

  private final EventLoop loop;
  private final Doors doors;
  private final FrameResultFilter reception;
  private final RoleBuses buses;
  private final Orchestrator orchestrator;
  private volatile Standby state;

  // On the loop only.
  private final Deque<Standby.Input> heard = new ArrayDeque<>();
  private final Deque<Standby.Effect> due = new ArrayDeque<>();

  /** Whether an effect takes its time. */
  private boolean busy;

  private boolean complained;

  /**
   * Prepares; {@link #start} starts it.
   *
   * @param reception of the broker behind the doors
   * @param buses of the orchestrator and everything else that moves
   */
  StandbyRunner(
      EventLoop loop,
      Doors doors,
      FrameResultFilter reception,
      RoleBuses buses,
      Orchestrator orchestrator) {
    this.loop = loop;
    this.doors = doors;
    this.reception = reception;
    this.buses = buses;
    this.orchestrator = orchestrator;
    state = Standby.initial(loop.nowNs());
  }

  /** Watches the first hub from now on, by a connection there that is not yet started. */
  void start(MessageBus sentinel) {
    state = Standby.initial(loop.nowNs());
    sentinel.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            loop.execute(() -> input(Standby.Input.REACHED));
          }

          @Override
          public void disconnected(String reason) {
            loop.execute(() -> input(Standby.Input.LOST));
          }
        });
    loop.every(TICK_NS, this::tick);
  }

  Standby.Phase phase() {
    return state.phase();
  }

  /** Whether clients are let in at this moment; on any thread. */
  boolean serves() {
    return state.serves();
  }

  private void tick() {
    if (busy) {
      return;
    }
    boolean drained =
        state.phase() == Standby.Phase.DRAINING && reception.open(Standby.DRAIN_NS) == 0;
    input(drained ? Standby.Input.DRAINED : Standby.Input.TICK);
    if (!busy && state.serves()) {
      openDoors();
    }
  }

  private void input(Standby.Input input) {
    heard.add(input);
    proceed();
  }

  private void proceed() {
    while (!busy) {
      if (!due.isEmpty()) {
        carryOut(due.remove());
      } else if (!heard.isEmpty()) {
        handle(heard.remove());
      } else {
        return;
      }
    }
  }

  private void handle(Standby.Input input) {
    Standby.Phase before = state.phase();
    Standby.Decision decision = state.decide(input, loop.nowNs());
    state = decision.state();
    if (state.phase() != before) {
      log.info("standby: old={} new={}", before, state.phase());
    }
    due.addAll(decision.effects());
  }

  private void carryOut(Standby.Effect effect) {
    switch (effect) {
      case SERVE -> awaited(effect, doors.forget(), () -> last(this::serve));
      case DRAIN -> reception.closing(true);
      case RESUME -> reception.closing(false);
      case FOLLOW ->
          awaited(
              effect, orchestrator.leave(), () -> loop.after(LINGER_NS, () -> last(this::follow)));
    }
  }

  /** Goes on with the effect when the future ends, and without it where that takes too long. */
  private void awaited(Standby.Effect effect, CompletableFuture<Void> future, Runnable next) {
    busy = true;
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    EventLoop.Timer timer =
        loop.after(
            WAIT_NS, () -> outcome.completeExceptionally(new TimeoutException("not in time")));
    var unused =
        future.whenComplete(
            (done, failure) ->
                loop.execute(
                    () -> {
                      if (failure == null) {
                        outcome.complete(null);
                      } else {
                        outcome.completeExceptionally(failure);
                      }
                    }));
    var unusedToo =
        outcome.whenComplete(
            (done, failure) -> {
              timer.cancel();
              if (failure != null) {
                log.error("standby goes on: effect={} reason={}", effect, failure.toString());
              }
              loop.execute(next);
            });
  }

  /** The last step of an effect. */
  private void last(Runnable step) {
    try {
      step.run();
    } finally {
      busy = false;
      proceed();
    }
  }

  private void serve() {
    orchestrator.connectsAlone(true);
    buses.moveToOwn();
    openDoors();
  }

  /** Again with every tick where the port was taken in the meantime. */
  private void openDoors() {
    try {
      doors.open();
      complained = false;
    } catch (BrokerException e) {
      if (!complained) {
        log.error("standby cannot serve, keeps trying: reason={}", e.getMessage());
        complained = true;
      }
    }
  }

  private void follow() {
    doors.shut();
    reception.closing(false);
    orchestrator.connectsAlone(false);
    buses.moveToUsual();
  }
}
