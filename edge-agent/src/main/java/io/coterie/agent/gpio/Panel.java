package io.coterie.agent.gpio;

import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.runtime.ThreadLoop;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pins of a board at work, on a thread of their own: whatever they do, or fail to do, nothing
 * else waits for them. Where there are no pins, everything here does nothing.
 *
 * <p>Thread-safe.
 */
public final class Panel implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Panel.class);

  /** The most results that may wait while a pin blocks the panel's thread. */
  private static final int MOST_RESULTS = 256;

  /** Gets the pins, on the panel's thread. */
  interface Opener {
    Pins open() throws PinException;
  }

  private final String agent;
  private final GpioSettings settings;
  private final Runnable drainOrResume;
  private final Runnable capture;
  private final Consumer<String> problems;
  private final ThreadLoop loop;
  private final AtomicInteger results = new AtomicInteger();
  private PinLogic logic;
  private EventLoop.Timer timer = () -> {};

  /**
   * Takes the pins of this machine.
   *
   * @param drainOrResume what a long press of the button does
   * @param capture what the trigger does
   * @param problems hears of pins that cannot be used; on any thread
   */
  public Panel(
      String agent,
      GpioSettings settings,
      Runnable drainOrResume,
      Runnable capture,
      Consumer<String> problems) {
    this(agent, settings, drainOrResume, capture, problems, Pi4jPins::open);
  }

  Panel(
      String agent,
      GpioSettings settings,
      Runnable drainOrResume,
      Runnable capture,
      Consumer<String> problems,
      Opener opener) {
    this.agent = agent;
    this.settings = settings;
    this.drainOrResume = drainOrResume;
    this.capture = capture;
    this.problems = problems;
    loop = new ThreadLoop("gpio-" + agent);
    loop.execute(() -> open(opener));
  }

  private void open(Opener opener) {
    try {
      logic =
          new PinLogic(
              settings,
              opener.open(),
              new PinLogic.Actions(this::identify, drainOrResume, capture),
              (pin, high) -> heard((logic, nowNs) -> logic.edge(pin, high, nowNs)),
              problem -> problems.accept("a pin is not used, all else goes on: " + problem),
              loop.nowNs());
      schedule();
    } catch (PinException e) {
      problems.accept("pins are not used, all else goes on: " + e.getMessage());
    }
  }

  /** Shows the agent's condition on the status LED. */
  public void seen(Condition condition) {
    heard((logic, nowNs) -> logic.seen(condition, nowNs));
  }

  /** Blinks, so that somebody can see which board this is; a line in the log where it cannot. */
  public void identify() {
    loop.execute(
        () -> {
          boolean light = logic != null && logic.hasLight();
          log.info("identify: agent={} led={}", agent, light);
          act(PinLogic::identify);
        });
  }

  /**
   * Processes a message on the result topic of a deployment. A message that is no result is
   * ignored. Results that arrive faster than the panel processes them are dropped.
   */
  public void result(String deployment, byte[] payload) {
    if (results.incrementAndGet() > MOST_RESULTS) {
      results.decrementAndGet();
      return;
    }
    heard(
        (logic, nowNs) -> {
          results.decrementAndGet();
          try {
            logic.result(deployment, Json.read(payload, Result.class), nowNs);
          } catch (JsonException e) {
            log.debug("ignored a result: deployment={} reason={}", deployment, e.getMessage());
          }
        });
  }

  private void heard(ObjLongConsumer<PinLogic> event) {
    loop.execute(() -> act(event));
  }

  private void act(ObjLongConsumer<PinLogic> event) {
    if (logic != null) {
      event.accept(logic, loop.nowNs());
      schedule();
    }
  }

  private void schedule() {
    timer.cancel();
    long nowNs = loop.nowNs();
    logic
        .dueNs(nowNs)
        .ifPresent(dueNs -> timer = loop.after(dueNs - nowNs, () -> act(PinLogic::tick)));
  }

  /** Turns all outputs off and releases the pins. Idempotent. */
  @Override
  public void close() {
    loop.execute(
        () -> {
          if (logic != null) {
            logic.close();
            logic = null;
          }
        });
    loop.close();
  }
}
