package io.coterie.orchestrator;

import io.coterie.orchestrator.home.Home;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.runtime.ThreadLoop;
import io.coterie.protocol.topic.HomeAssistant;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces a fleet to Home Assistant, and sets what is set there, while this hub's orchestrator
 * leads.
 *
 * <p>Thread-safe.
 */
public final class HomeAssistantLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HomeAssistantLink.class);

  private static final List<Topic> TOPICS =
      List.of(
          Topic.ORCHESTRATOR_STATE,
          Topic.AGENT_STATE,
          Topic.AGENT_CAPABILITY,
          Topic.AGENT_REPORT,
          Topic.DEPLOYMENT_SPEC,
          Topic.DEPLOYMENT_SETTING);

  private static final int MAX_PROBLEMS = 100;
  private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1);

  private final Topics topics;
  private final String id;
  private final MessageBus bus;
  private final EventLoop loop;
  private final Runnable closing;

  // On the loop only.
  private final Set<String> complainedOf = new HashSet<>();
  private Home home;

  /**
   * Prepares a link with a thread of its own.
   *
   * @param id of this hub's orchestrator
   * @param bus not yet started; ends with the link
   */
  public HomeAssistantLink(Topics topics, String id, MessageBus bus) {
    this(topics, id, bus, new ThreadLoop("home-assistant"));
  }

  private HomeAssistantLink(Topics topics, String id, MessageBus bus, ThreadLoop loop) {
    this(topics, id, bus, loop, loop::close);
  }

  /**
   * Prepares a link on a loop.
   *
   * @param closing ends the loop
   */
  HomeAssistantLink(Topics topics, String id, MessageBus bus, EventLoop loop, Runnable closing) {
    this.topics = topics;
    this.id = id;
    this.bus = bus;
    this.loop = loop;
    this.closing = closing;
    home = Home.connected(topics, id);
  }

  /** Connects and announces until closed. */
  public void start() {
    loop.every(TICK_NS, this::tick);
    TOPICS.forEach(topic -> subscribe(topics.filter(topic), this::received));
    subscribe(HomeAssistant.STATUS, this::status);
    subscribe(HomeAssistant.DEVICES, this::announced);
    bus.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {} // What the broker keeps says what to do.

          @Override
          public void disconnected(String reason) {
            // The next broker may be another, or an empty one; what it keeps comes again.
            loop.execute(() -> home = Home.connected(topics, id));
          }
        });
  }

  private void subscribe(String filter, Consumer<Message> handler) {
    bus.subscribe(filter, 1, message -> loop.execute(() -> handler.accept(message)));
  }

  /** Publishes the announcements that are due. */
  private void tick() {
    if (bus.connected()) {
      carryOut(home.passed(loop.nowNs()));
    }
  }

  private void carryOut(Home.Decision decision) {
    home = decision.home();
    for (Home.Retained message : decision.messages()) {
      bus.publish(
          Message.to(message.topic()).payload(message.payload()).qos(1).retained(true).build());
    }
  }

  private void status(Message message) {
    if (message.text().equals("online")) {
      home = home.born(loop.random().nextDouble(), loop.nowNs());
    }
  }

  private void announced(Message message) {
    home = home.found(message.topic(), message.payload().length > 0);
  }

  private void received(Message message) {
    Optional<Topics.Parsed> topic = topics.parse(message.topic());
    try {
      if (topic.isPresent()) {
        heard(topic.get(), message);
      }
    } catch (JsonException | IllegalArgumentException e) {
      if (complainedOf.size() < MAX_PROBLEMS && complainedOf.add(message.topic())) {
        log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
      }
    }
  }

  private void heard(Topics.Parsed topic, Message message) throws JsonException {
    if (topic.topic() == Topic.ORCHESTRATOR_STATE) {
      boolean cleared = message.payload().length == 0;
      leader(
          cleared
              ? Optional.empty()
              : Optional.of(Json.read(message.payload(), OrchestratorState.class)));
    } else if (topic.topic() == Topic.DEPLOYMENT_SETTING) {
      set(topic, message);
    } else {
      home = home.with(home.observed().after(topic, message.payload(), loop.nowNs()));
    }
  }

  private void set(Topics.Parsed topic, Message message) throws JsonException {
    if (message.retained()) {
      throw new JsonException(
          "a retained setting would be set again and again: publish it without");
    }
    String setting = topic.names().get(1);
    Home.Decision decision = home.set(topic.name(), setting, message.text());
    carryOut(decision);
    if (!decision.messages().isEmpty()) {
      log.info("set: deployment={} {}={}", topic.name(), setting, message.text().strip());
    }
  }

  private void leader(Optional<OrchestratorState> state) {
    Optional<String> leader =
        state.filter(known -> known.state() == Availability.ONLINE).map(OrchestratorState::id);
    boolean before = home.leadsSinceNs().isPresent();
    home = home.led(leader, loop.nowNs());
    boolean after = home.leadsSinceNs().isPresent();
    if (before != after) {
      log.info("announces to Home Assistant: old={} new={}", before, after);
    }
  }

  /** Says no goodbye: what was announced is shown as not available. */
  @Override
  public void close() {
    bus.close();
    closing.run();
  }
}
