package io.coterie.agent.capture;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent's camera at work, on a thread of its own. Publishes what it takes as frames of the
 * source that is named after the agent; takes nothing while the broker is away.
 *
 * <p>Thread-safe.
 */
public final class Camera implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Camera.class);

  /** Frames whose result may still come. */
  private static final int MOST_OPEN = 64;

  private final String agent;
  private final CameraSettings settings;
  private final PictureSource source;
  private final String topic;
  private final Consumer<Message> publisher;
  private final BooleanSupplier connected;
  private final Consumer<String> problems;
  private final Thread thread;
  private final String frames = UUID.randomUUID().toString().substring(0, 8) + "-";

  /** Guards what follows. */
  private final Object lock = new Object();

  private final Set<String> open = new LinkedHashSet<>();
  private long expirySeconds = seconds(DeploymentSpec.LONGEST_MS);
  private CaptureCore core;
  private boolean closed;
  private long taken;
  private long failed;
  private long answered;
  private String problem;
  private String label;

  /**
   * Begins to take pictures.
   *
   * @param publisher sends frames; must not block
   * @param connected whether the broker is there
   * @param problems hears why pictures cannot be taken; on the camera's thread
   */
  public Camera(
      String agent,
      CameraSettings settings,
      Topics topics,
      Consumer<Message> publisher,
      BooleanSupplier connected,
      Consumer<String> problems) {
    this(agent, settings, source(settings), topics, publisher, connected, problems);
  }

  Camera(
      String agent,
      CameraSettings settings,
      PictureSource source,
      Topics topics,
      Consumer<Message> publisher,
      BooleanSupplier connected,
      Consumer<String> problems) {
    this.agent = agent;
    this.settings = settings;
    this.source = source;
    this.publisher = publisher;
    this.connected = connected;
    this.problems = problems;
    topic = topics.of(Topic.INPUT, settings.deployment(), agent);
    core = CaptureCore.begin(periodNs(settings), System.nanoTime());
    thread = new Thread(this::work, "camera-" + agent);
    thread.setDaemon(true);
    thread.start();
  }

  private static PictureSource source(CameraSettings settings) {
    return settings.origin() instanceof CameraSettings.Command command
        ? new CommandSource(command.words(), settings.timeoutMs())
        : new FolderSource(((CameraSettings.Folder) settings.origin()).path());
  }

  private static OptionalLong periodNs(CameraSettings settings) {
    OptionalLong everyMs = settings.everyMs();
    return everyMs.isPresent()
        ? OptionalLong.of(TimeUnit.MILLISECONDS.toNanos(everyMs.getAsLong()))
        : everyMs;
  }

  /** Whom the pictures are for. */
  public String deployment() {
    return settings.deployment();
  }

  /** Asks for a picture besides those that the rate gives. */
  public void trigger() {
    synchronized (lock) {
      core = core.trigger();
      lock.notifyAll();
    }
  }

  private void work() {
    try {
      while (awaitDue()) {
        if (connected.getAsBoolean()) {
          take();
        } else {
          succeeded();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether a picture is to be taken; else the camera was closed. */
  private boolean awaitDue() throws InterruptedException {
    synchronized (lock) {
      while (!closed && !core.isDue(System.nanoTime())) {
        OptionalLong wakeNs = core.wakeNs();
        if (wakeNs.isEmpty()) {
          lock.wait();
        } else {
          long leftNs = wakeNs.getAsLong() - System.nanoTime();
          lock.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNs + 999_999)));
        }
      }
      core = core.begun(System.nanoTime());
      return !closed;
    }
  }

  private void take() throws InterruptedException {
    try {
      Optional<byte[]> picture = source.take();
      picture.ifPresent(this::publish);
      succeeded();
    } catch (CaptureException e) {
      failed(e.getMessage());
    } catch (RuntimeException e) {
      log.error("camera failed: agent={}", agent, e);
      failed(e.toString());
    }
  }

  private void publish(byte[] picture) {
    String frame;
    long expiry;
    synchronized (lock) {
      expiry = expirySeconds;
      taken++;
      frame = frames + taken;
      open.add(frame);
      if (open.size() > MOST_OPEN) {
        open.remove(open.iterator().next());
      }
    }
    publisher.accept(
        Message.to(topic)
            .payload(picture)
            .qos(1)
            .expirySeconds(expiry)
            .correlation(frame.getBytes(StandardCharsets.US_ASCII))
            .build());
  }

  private void succeeded() {
    synchronized (lock) {
      if (problem != null) {
        log.info("camera works again: agent={} failures={}", agent, core.failures());
      }
      problem = null;
      core = core.succeeded();
    }
  }

  /** Says so once, and again when the reason is another. */
  private void failed(String reason) {
    boolean known;
    long seconds;
    synchronized (lock) {
      failed++;
      core = core.failed(System.nanoTime());
      known = reason.equals(problem);
      problem = reason;
      seconds = core.pauseSeconds();
    }
    if (known) {
      log.debug("camera fails still: agent={} again_s={}", agent, seconds);
    } else {
      problems.accept("camera: " + reason + "; tried again in " + seconds + " s, then less often");
    }
  }

  /**
   * Takes the deadline of the camera's deployment, if it is known here: after it, no frame waits in
   * the broker for a board that does not read. Else they wait for the longest deadline there is.
   */
  public void deadline(OptionalLong deadlineMs) {
    long ms = Math.min(deadlineMs.orElse(DeploymentSpec.LONGEST_MS), DeploymentSpec.LONGEST_MS);
    synchronized (lock) {
      expirySeconds = seconds(ms);
    }
  }

  /** MQTT counts whole seconds; rounded up. */
  private static long seconds(long ms) {
    return (ms + 999) / 1_000;
  }

  /** Takes a result of the camera's deployment and source; what is no answer to it is ignored. */
  public void result(byte[] payload) {
    try {
      Result result = Json.read(payload, Result.class);
      synchronized (lock) {
        if (open.remove(result.frame())) {
          answered(result);
        }
      }
    } catch (JsonException e) {
      log.debug("ignored a result: agent={} reason={}", agent, e.getMessage());
    }
  }

  private void answered(Result result) {
    answered++;
    String now = result.label() == null ? result.reason() : result.label();
    boolean same = Objects.equals(now, label);
    label = now;
    if (!same) {
      log.info(
          "picture answered: agent={} deployment={} status={} answer={} confidence={} ms={}",
          agent,
          settings.deployment(),
          result.status(),
          now,
          result.confidence(),
          result.latencyMs());
    }
  }

  public Report.Capture report() {
    synchronized (lock) {
      return new Report.Capture(settings.deployment(), taken, failed, answered, label, problem);
    }
  }

  /** Lets no command outlive it. Idempotent. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
