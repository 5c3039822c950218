package io.coterie.client;

import io.coterie.client.fleet.Answer;
import io.coterie.client.fleet.FleetView;
import io.coterie.client.fleet.Membership;
import io.coterie.protocol.WallClock;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentRequest;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a fleet, for whoever deploys, sends frames, or looks at what happens. It connects
 * again by itself; what is published while there is no connection is dropped.
 *
 * <p>The fleet's topics are subscribed to when somebody asks for them first, so a client that only
 * sends frames needs no other right than that. Listeners and whatever is chained to a future run on
 * the connection's thread: they must not block, and so must not call what waits.
 *
 * <p>Thread-safe.
 */
public final class FleetClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FleetClient.class);

  /** How long a marker is waited for, and what is retained where none may be sent. */
  private static final Duration UNMARKED = Duration.ofMillis(800);

  /** How long what is retained is waited for while more comes. */
  private static final Duration MARKED = Duration.ofSeconds(10);

  private static final int MARKER_BYTES = 16;

  /** How often a confirmation of a subscription is looked for, of which nobody tells. */
  private static final Duration SUBSCRIBING = Duration.ofMillis(5);

  /** How often silence is looked for while nothing comes. */
  private static final long TICK_MS = 1_000;

  /** The stages of a roll-out end by themselves before that. */
  private static final Duration STAGES = Duration.ofMinutes(10);

  private final MessageBus bus;
  private final Topics topics;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  private final FrameSender frames;

  /** Whether the fleet's topics are subscribed to; guarded by {@link #subscribe}. */
  private boolean listens;

  /** Guards what follows, and is notified whenever something was heard. */
  private final Object lock = new Object();

  /** Topics of deployments whose last message could not be read. */
  private final Set<Topics.Parsed> unreadable = new HashSet<>();

  private FleetView heard = FleetView.NOTHING;
  private boolean complete;
  private long retained;

  /** Hears messages of a fleet. */
  public interface Listener {
    /**
     * A message came on one of the topics that describe a fleet.
     *
     * @param now the fleet with what the message says, or as before where it cannot be read
     */
    void heard(FleetView now, Topics.Parsed topic, Message message);
  }

  /**
   * Prepares a client.
   *
   * @param bus not yet started; ends with the client
   */
  public FleetClient(MessageBus bus, Topics topics) {
    this.bus = bus;
    this.topics = topics;
    frames = new FrameSender(bus, topics);
  }

  /**
   * Connects.
   *
   * @param options with a client identifier of its own
   * @throws IOException if there is no connection in time
   */
  public static FleetClient connect(ConnectionOptions options, Topics topics, Duration timeout)
      throws IOException, InterruptedException {
    FleetClient client = new FleetClient(new PahoBus(options), topics);
    if (!client.connect(timeout)) {
      client.close();
      throw new IOException("no broker answers at " + options.brokers() + " within " + timeout);
    }
    return client;
  }

  /**
   * Starts connecting, once, and waits.
   *
   * @return whether there is a connection
   */
  public boolean connect(Duration timeout) throws InterruptedException {
    bus.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            change(now -> now.with(new Membership.Reconnected(), System.nanoTime()));
          }

          @Override
          public void disconnected(String reason) {
            frames.failAll("the connection was lost: " + reason + ": send the frame again");
          }
        });
    return await(bus::connected, timeout);
  }

  private FleetView change(UnaryOperator<FleetView> change) {
    synchronized (lock) {
      heard = change.apply(heard);
      lock.notifyAll();
      return heard;
    }
  }

  /** To be called with the lock. Silence does not count while there is no connection. */
  private FleetView now() {
    if (bus.connected()) {
      heard = heard.with(new Membership.Tick(), System.nanoTime());
    }
    return heard;
  }

  private boolean await(BooleanSupplier wanted, Duration timeout) throws InterruptedException {
    long untilNs = System.nanoTime() + timeout.toNanos();
    synchronized (lock) {
      while (!wanted.getAsBoolean()) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime());
        if (leftMs <= 0) {
          return false;
        }
        lock.wait(Math.min(leftMs, TICK_MS));
      }
      return true;
    }
  }

  /**
   * The fleet as it is known now. The first call waits until everything that the broker retains of
   * it has come.
   *
   * <p>Its end is a message of our own to a topic of our own that comes back: a broker that keeps
   * the order of a client's messages has sent before it what it retained. To be safe with others
   * too, such a message is sent until one comes back before which nothing retained came. The topic
   * is one of those for models, {@code models/SHA-256}, which operators may use; whoever may not (a
   * viewer) waits for 0.8 s, and so does whoever is at a broker where some of the topics are
   * forbidden: their part of the view is empty.
   */
  public FleetView view() throws InterruptedException {
    listen();
    synchronized (lock) {
      return now();
    }
  }

  private synchronized void subscribe() {
    if (!listens) {
      listens = true;
      FleetView.TOPICS.forEach(topic -> bus.subscribe(topics.filter(topic), 1, this::received));
      bus.subscribe(topics.filter(Topic.AGENT_ASSIGNMENT), 1, this::received);
    }
  }

  /** Whether the broker lets us see who leads, and so, as it is meant, the rest of the fleet. */
  public boolean hears() {
    return bus.hears(topics.of(Topic.ORCHESTRATOR_STATE));
  }

  private void listen() throws InterruptedException {
    subscribe();
    synchronized (lock) {
      if (complete) {
        return;
      }
    }
    awaitRetained();
    synchronized (lock) {
      complete = true;
    }
  }

  private void received(Message message) {
    topics.parse(message.topic()).ifPresent(topic -> received(topic, message));
  }

  private void received(Topics.Parsed topic, Message message) {
    FleetView now;
    synchronized (lock) {
      retained += message.retained() ? 1 : 0;
      unreadable.remove(topic);
      try {
        heard = heard.after(topic, message.payload(), System.nanoTime());
      } catch (JsonException e) {
        log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
        heard = heard.oneLeftOut();
        if (isDeployment(topic) && unreadable.size() < FleetView.MOST_DEPLOYMENTS) {
          unreadable.add(topic);
        }
      }
      now = heard;
      lock.notifyAll();
    }
    for (Listener listener : listeners) {
      listener.heard(now, topic, message);
    }
  }

  /** Waits until what is retained for the subscriptions so far has come, see {@link #view}. */
  private void awaitRetained() throws InterruptedException {
    long beganNs = System.nanoTime();
    long before;
    do {
      before = retained();
    } while (echoes(MARKER_BYTES, UNMARKED)
        && retained() != before
        && System.nanoTime() - beganNs < MARKED.toNanos());
  }

  /**
   * Whether a message of our own comes back in time. It goes to a topic that is for models and that
   * nobody else knows; who may not use that gets none.
   */
  public boolean echoes(int bytes, Duration timeout) throws InterruptedException {
    byte[] payload = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(payload);
    String topic = topics.of(Topic.MODEL, Digest.of(payload));
    AtomicBoolean back = new AtomicBoolean();
    bus.subscribe(
        topic,
        1,
        message -> {
          back.set(true);
          change(now -> now);
        });
    try {
      long untilNs = System.nanoTime() + timeout.toNanos();
      while (!bus.hears(topic) && System.nanoTime() - untilNs < 0) {
        boolean unused = await(() -> false, SUBSCRIBING);
      }
      if (!bus.hears(topic)) {
        return false;
      }
      bus.publish(Message.to(topic).payload(payload).qos(1).build());
      return await(back::get, Duration.ofNanos(untilNs - System.nanoTime()));
    } finally {
      bus.unsubscribe(topic);
    }
  }

  private long retained() {
    synchronized (lock) {
      return retained;
    }
  }

  /**
   * Waits for a view of the fleet.
   *
   * @return whether there was one in time
   */
  public boolean await(Predicate<FleetView> wanted, Duration timeout) throws InterruptedException {
    listen();
    return await(() -> wanted.test(now()), timeout);
  }

  /** Tells the listener of the fleet, beginning with what is known, and of every change of it. */
  public void follow(Consumer<FleetView> listener) throws InterruptedException {
    listen();
    synchronized (lock) {
      listeners.add((now, topic, message) -> listener.accept(now));
      listener.accept(now());
    }
  }

  /**
   * Tells the listener of every message that is heard from now on. What is retained is among them
   * where this is the first thing that is asked of the client.
   */
  public void hear(Listener listener) {
    listeners.add(listener);
    subscribe();
  }

  /** Publishes a frame of the source {@code client}, whose result may take ten seconds. */
  public CompletableFuture<Result> frame(String deployment, byte[] picture) {
    return frame(deployment, "client", picture, Duration.ofSeconds(10));
  }

  /**
   * Publishes a frame.
   *
   * @param source last level of the input topic, a name
   * @param picture a JPEG or PNG file
   * @return its result, whatever that says; fails with a {@link
   *     java.util.concurrent.TimeoutException} where none came in time, and with an {@link
   *     IOException} where there is no connection, or it was lost
   */
  public CompletableFuture<Result> frame(
      String deployment, String source, byte[] picture, Duration timeout) {
    return frames.send(deployment, source, picture, timeout);
  }

  /** Publishes what a bundle needs to be deployed: its manifest and the files that boards load. */
  public void publish(Bundle bundle) {
    bundle
        .content()
        .forEach(
            (digest, bytes) -> {
              if (digest.equals(bundle.digest()) || bundle.manifest().deploys(digest)) {
                retain(topics.of(Topic.MODEL, digest), bytes);
              }
            });
  }

  /** Publishes what is wanted of a deployment as it is, and waits for nothing. */
  public void publish(String deployment, DeploymentSpec spec) {
    retain(topics.of(Topic.DEPLOYMENT_SPEC, deployment), Json.bytes(spec));
  }

  /**
   * Waits for a plan that is wanted and that every agent it names carries out.
   *
   * @return the plan that runs, or nothing if there is none in time
   */
  public Optional<PlanMessage> awaitPlan(
      String deployment, Predicate<PlanMessage> wanted, Duration timeout)
      throws InterruptedException {
    AtomicReference<Optional<PlanMessage>> runs = new AtomicReference<>(Optional.empty());
    boolean unused =
        await(
            now -> {
              runs.set(now.running(deployment).filter(wanted));
              return runs.get().isPresent();
            },
            timeout);
    return runs.get();
  }

  private void retain(String topic, byte[] payload) {
    bus.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
  }

  /**
   * Those of the files that the broker has, by their SHA-256 digests: manifests and models of
   * bundles that were published.
   */
  public Map<String, byte[]> models(Collection<String> digests) throws InterruptedException {
    Map<String, byte[]> found = new ConcurrentHashMap<>();
    for (String digest : digests) {
      bus.subscribe(
          topics.of(Topic.MODEL, digest),
          1,
          message -> {
            synchronized (lock) {
              retained += message.retained() ? 1 : 0;
            }
            if (Digest.of(message.payload()).equals(digest)) {
              found.put(digest, message.payload());
            }
          });
    }
    if (!digests.isEmpty()) {
      awaitRetained();
    }
    digests.forEach(digest -> bus.unsubscribe(topics.of(Topic.MODEL, digest)));
    return new HashMap<>(found);
  }

  /**
   * Publishes a bundle, and then does as {@link #deploy(String, DeploymentSpec, Duration,
   * Consumer)}.
   *
   * @throws IllegalArgumentException if the spec is of another bundle
   */
  public Answer deploy(
      String deployment,
      Bundle bundle,
      DeploymentSpec spec,
      Duration timeout,
      Consumer<Answer> progress)
      throws InterruptedException {
    if (!spec.bundle().equals(bundle.digest())) {
      throw new IllegalArgumentException(
          "must be the bundle's digest " + bundle.digest() + ": spec.bundle=" + spec.bundle());
    }
    // Before files are on their way, behind which nothing else would come soon.
    FleetView unused = view();
    publish(bundle);
    return deploy(deployment, spec, timeout, progress);
  }

  /**
   * Says what is wanted of a deployment whose bundle was published, and waits for what becomes of
   * it: of exactly this version of the spec, which gets a generation where it has none.
   *
   * @param timeout how long to wait; a roll-out in stages takes the time that its stages take, up
   *     to ten minutes
   * @param progress is told whatever becomes of it meanwhile, on the caller's thread
   * @return the first answer that is final, or the last one in time
   */
  public Answer deploy(
      String deployment, DeploymentSpec spec, Duration timeout, Consumer<Answer> progress)
      throws InterruptedException {
    DeploymentSpec version = spec.generation() == null ? spec.withGeneration(generation()) : spec;
    FleetView before = view();
    publish(deployment, version);
    long beganNs = System.nanoTime();
    Answer answer = Answer.of(before, deployment, version);
    boolean rolls = false;
    while (true) {
      progress.accept(answer);
      rolls |= answer.rollout().isPresent();
      Duration left = (rolls ? STAGES : timeout).minusNanos(System.nanoTime() - beganNs);
      Answer last = answer;
      if (answer.state().isFinal()
          || !await(now -> !Answer.of(now, deployment, version).equals(last), left)) {
        return answer;
      }
      answer = Answer.of(view(), deployment, version);
    }
  }

  private static String generation() {
    return WallClock.ms() + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** The deployments that are wanted or still run, also those that cannot be read. */
  public SortedSet<String> deployments() throws InterruptedException {
    SortedSet<String> names = new TreeSet<>(view().deployments().keySet());
    synchronized (lock) {
      unreadable.forEach(topic -> names.add(topic.name()));
    }
    return names;
  }

  private static boolean isDeployment(Topics.Parsed topic) {
    return topic.topic() == Topic.DEPLOYMENT_SPEC || topic.topic() == Topic.DEPLOYMENT_PLAN;
  }

  /**
   * Ends a deployment and waits until nothing is left of it.
   *
   * @return whether that came in time
   */
  public boolean undeploy(String deployment, Duration timeout) throws InterruptedException {
    retain(topics.of(Topic.DEPLOYMENT_SPEC, deployment), new byte[0]);
    return await(
        now ->
            now.isGone(deployment)
                && unreadable.stream().noneMatch(topic -> topic.name().equals(deployment)),
        timeout);
  }

  /** Asks a board for something; its state and its reports tell what comes of it. */
  public void request(String board, AgentRequest.Action action) {
    bus.publish(
        Message.to(topics.of(Topic.AGENT_REQUEST, board))
            .payload(Json.bytes(new AgentRequest(action)))
            .qos(1)
            .build());
  }

  @Override
  public void close() {
    bus.close();
    frames.failAll("the client was closed");
  }
}
