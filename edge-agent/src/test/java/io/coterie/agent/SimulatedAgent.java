package io.coterie.agent;

import io.coterie.agent.fusion.SimulatedFuser;
import io.coterie.agent.role.AssignmentCore;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualTime;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An agent in virtual time: the cores that ship, and around them what {@link EdgeAgent} and {@link
 * RoleRunner} do. One for each start of its process.
 */
public final class SimulatedAgent {
  private static final long REPORT_NS = 5_000 * VirtualTime.MS;

  /** So that incarnations look like those of real clocks. */
  private static final long CLOCK_MS = 1_700_000_000_000L;

  /**
   * What is fixed, and what outlives a start.
   *
   * @param capability with whatever incarnation, term and epoch
   * @param usualMs what one student takes, more or less
   * @param bundles by digest; it takes a moment to get them
   */
  public record Setup(
      String id,
      Topics topics,
      Capability capability,
      double usualMs,
      Map<String, Manifest> bundles,
      Set<Long> incarnations) {}

  private final Setup setup;
  private final SimulatedMachine machine;
  private final SimulatedBroker broker;
  private final Set<String> subscribed = new LinkedHashSet<>();
  private AssignmentCore.State roles = AssignmentCore.State.INITIAL;
  private Assignment active = Assignment.NONE;
  private long incarnation;
  private MessageBus bus;
  private SimulatedStudents students;
  private SimulatedFusers fusers;
  private final SimulatedTrials trials = new SimulatedTrials();
  private long wakeNs = Long.MAX_VALUE;

  /** Starts it. */
  public SimulatedAgent(Setup setup, SimulatedMachine machine, SimulatedBroker broker) {
    this.setup = setup;
    this.machine = machine;
    this.broker = broker;
    long last = setup.incarnations().stream().mapToLong(Long::longValue).max().orElse(0);
    connect(Incarnation.next(last, CLOCK_MS + nowNs() / VirtualTime.MS));
    reportLater();
  }

  /** Highest term and epoch seen, and what is wanted. */
  public AssignmentCore.State roles() {
    return roles;
  }

  /** What it carries out. */
  public Assignment active() {
    return active;
  }

  /** Whether it misses no result of the deployment. */
  public boolean hearsResults(String deployment) {
    return bus.hears(setup.topics().filter(Topic.RESULT, deployment));
  }

  private long nowNs() {
    return machine.time().nowNs();
  }

  private void connect(long newIncarnation) {
    incarnation = newIncarnation;
    setup.incarnations().add(incarnation);
    bus =
        broker.client(
            machine,
            "coterie-" + setup.id() + "-" + incarnation,
            Optional.of(state(Availability.OFFLINE)));
    students =
        new SimulatedStudents(
            setup.id(), setup.topics(), machine, bus::publish, this::size, setup.usualMs());
    fusers = new SimulatedFusers(setup.topics(), bus::publish, inbox());
    Topics topics = setup.topics();
    bus.subscribe(topics.of(Topic.AGENT_STATE, setup.id()), 1, this::ownState);
    bus.subscribe(topics.of(Topic.AGENT_ASSIGNMENT, setup.id()), 1, this::assignment);
    bus.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            fusers.reconnected(nowNs());
            announce();
            schedule();
          }

          @Override
          public void disconnected(String reason) {
            fusers.disconnected(nowNs());
          }
        });
  }

  private int size(StudentRole role) {
    return setup
        .bundles()
        .get(role.bundle())
        .partitioning(role.strategy(), role.k())
        .orElseThrow()
        .partitions()
        .get(role.partition())
        .size();
  }

  private Message state(Availability availability) {
    return retained(Topic.AGENT_STATE, new AgentState(availability, incarnation));
  }

  private Message retained(Topic topic, Object value) {
    return Message.to(setup.topics().of(topic, setup.id()))
        .payload(Json.bytes(value))
        .qos(1)
        .retained(true)
        .build();
  }

  private void announce() {
    Capability of = setup.capability();
    bus.publish(
        retained(
            Topic.AGENT_CAPABILITY,
            new Capability(
                incarnation,
                of.software(),
                of.hardware(),
                of.arch(),
                of.cores(),
                of.memoryBytes(),
                of.flopsPerSecond(),
                of.uplinkBitsPerSecond(),
                of.failureProbability(),
                of.hub(),
                roles.term(),
                roles.epoch())));
    bus.publish(state(Availability.ONLINE));
  }

  private void ownState(Message message) {
    AgentState seen = read(message, AgentState.class);
    switch (Incarnation.judge(incarnation, seen)) {
      case FINE -> {}
      case ANNOUNCE -> announce();
      case STOP, RAISE -> throw new IllegalStateException(setup.id() + " is there twice: " + seen);
    }
  }

  private static <T> T read(Message message, Class<T> type) {
    try {
      return Json.read(message.payload(), type);
    } catch (JsonException e) {
      throw new IllegalStateException(message.toString(), e);
    }
  }

  private void assignment(Message message) {
    decide(new AssignmentCore.AssignmentReceived(read(message, Assignment.class)));
  }

  private void decide(AssignmentCore.Input input) {
    AssignmentCore.Decision decision = AssignmentCore.decide(roles, input);
    roles = decision.state();
    for (AssignmentCore.Effect effect : decision.effects()) {
      if (effect instanceof AssignmentCore.FetchManifest fetch) {
        String digest = fetch.digest();
        fetched(new AssignmentCore.ManifestReady(digest, setup.bundles().get(digest)));
      } else if (effect instanceof AssignmentCore.FetchModel fetch) {
        fetched(new AssignmentCore.ModelReady(fetch.digest()));
      } else if (effect instanceof AssignmentCore.Activate activate) {
        activate(activate);
      } else if (effect instanceof AssignmentCore.Try trial) {
        trials.assign(trial.trials());
        subscribe();
        report();
      } else {
        throw new IllegalStateException(effect.toString());
      }
    }
  }

  private void fetched(AssignmentCore.Input what) {
    machine.after(machine.time().between(0.5, 30), () -> decide(what));
  }

  private void activate(AssignmentCore.Activate activate) {
    active = activate.assignment();
    students.assign(active.epoch(), active.students());
    fusers.assign(active, activate.manifests(), nowNs());
    subscribe();
    schedule();
    report();
  }

  private String inbox() {
    return setup.topics().of(Topic.AGENT_INBOX, setup.id());
  }

  private void subscribe() {
    Topics topics = setup.topics();
    Set<String> wanted = new LinkedHashSet<>();
    for (StudentRole role : active.students()) {
      wanted.add(topics.filter(Topic.INPUT, role.deployment()));
    }
    for (String deployment : fusers.deployments()) {
      wanted.add(topics.filter(Topic.RESULT, deployment));
      wanted.add(topics.filter(Topic.INPUT, deployment));
      wanted.add(topics.filter(Topic.PORTION, deployment));
      wanted.add(inbox());
    }
    for (String filter : List.copyOf(subscribed)) {
      if (!wanted.contains(filter)) {
        bus.unsubscribe(filter);
        subscribed.remove(filter);
      }
    }
    for (String filter : wanted) {
      if (subscribed.add(filter)) {
        bus.subscribe(filter, 0, this::received);
      }
    }
  }

  private void received(Message message) {
    Topics.Parsed topic = setup.topics().parse(message.topic()).orElseThrow();
    String deployment = topic.name();
    Optional<SimulatedFuser> fuser = fusers.of(deployment);
    if (topic.topic() == Topic.INPUT) {
      trials.frame(deployment);
      FrameKey key = FrameKey.of(topic.names().get(1), message);
      if (students.computes(deployment)) {
        students.frame(deployment, key);
      }
      fuser
          .filter(f -> hearsResults(deployment) || !f.isStandby())
          .ifPresent(f -> f.frame(key, message, nowNs()));
    } else if (topic.topic() == Topic.PORTION) {
      fuser.ifPresent(f -> f.portion(message, nowNs()));
    } else if (topic.topic() == Topic.RESULT) {
      fuser.ifPresent(f -> f.resulted(topic.names().get(1), message, nowNs()));
    } else if (topic.topic() == Topic.AGENT_INBOX) {
      fusers.echoed(message, nowNs());
    }
    schedule();
  }

  /** One timer for all deadlines, as {@link DeadlineTimer} has it. */
  private void schedule() {
    OptionalLong next = fusers.nextDueNs();
    if (next.isPresent() && next.getAsLong() < wakeNs) {
      long dueNs = next.getAsLong();
      wakeNs = dueNs;
      machine.after(
          dueNs - nowNs(),
          () -> {
            if (wakeNs == dueNs) {
              wakeNs = Long.MAX_VALUE;
              fusers.expire(nowNs());
              schedule();
            }
          });
    }
  }

  private void reportLater() {
    machine.after(
        REPORT_NS,
        () -> {
          report();
          reportLater();
        });
  }

  private void report() {
    if (bus.connected()) {
      bus.publish(
          Message.to(setup.topics().of(Topic.AGENT_REPORT, setup.id()))
              .payload(
                  Json.bytes(
                      trials.in(students.report(incarnation, fusers.answered(), fusers.reports()))))
              .build());
    }
  }
}
