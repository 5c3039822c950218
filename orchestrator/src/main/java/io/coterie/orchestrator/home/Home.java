package io.coterie.orchestrator.home;

import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What Home Assistant was told of a fleet over one connection. Only the hub whose orchestrator
 * leads tells anything. Immutable; time in nanoseconds of any clock.
 *
 * @param id of this hub's orchestrator
 * @param leadsSinceNs since when it leads; empty where another does, or nobody
 * @param told announcements by their topics, as this hub sent them
 * @param toldOf what they were made of
 * @param found topics with announcements of this fleet that the broker has
 * @param againNs when everything is to be told again, if it is
 */
public record Home(
    Topics topics,
    String id,
    FleetView observed,
    OptionalLong leadsSinceNs,
    SortedMap<String, String> told,
    Announced toldOf,
    SortedSet<String> found,
    OptionalLong againNs) {
  /** A house full of integrations is not told everything at the same moment. */
  static final long LONGEST_JITTER_NS = 5_000_000_000L;

  /** By then the broker has handed out what it keeps: what is announced and not there is over. */
  static final long SETTLED_NS = 10_000_000_000L;

  private static final int MOST_FOUND = 2 * (FleetView.MOST_AGENTS + FleetView.MOST_DEPLOYMENTS);

  public Home {
    told = Collections.unmodifiableSortedMap(new TreeMap<>(told));
    found = Collections.unmodifiableSortedSet(new TreeSet<>(found));
  }

  /**
   * What announcements are made of, which changes far more seldom than the fleet: reports come
   * every few seconds from every board.
   */
  record Announced(
      SortedMap<String, AgentDevice.Facts> agents, SortedMap<String, DeploymentSpec> deployments) {
    static final Announced NOTHING = new Announced(new TreeMap<>(), new TreeMap<>());

    /** A board that told its temperature once has a sensor, whether it can be read now or not. */
    static Announced of(FleetView fleet, Announced before) {
      SortedMap<String, AgentDevice.Facts> agents = new TreeMap<>();
      fleet
          .fleet()
          .members()
          .forEach(
              (name, member) ->
                  agents.put(
                      name,
                      AgentDevice.Facts.of(
                          member,
                          Optional.ofNullable(fleet.reports().get(name)),
                          Optional.ofNullable(before.agents().get(name)))));
      SortedMap<String, DeploymentSpec> specs = new TreeMap<>();
      fleet
          .deployments()
          .forEach((name, deployed) -> deployed.spec().ifPresent(spec -> specs.put(name, spec)));
      return new Announced(agents, specs);
    }

    SortedMap<String, String> messages(Topics topics) {
      SortedMap<String, String> all = new TreeMap<>();
      agents.forEach(
          (name, facts) ->
              all.put(AgentDevice.id(topics, name).topic(), AgentDevice.json(topics, name, facts)));
      deployments.forEach(
          (name, spec) ->
              all.put(
                  DeploymentDevice.id(topics, name).topic(),
                  DeploymentDevice.json(topics, name, spec)));
      return all;
    }
  }

  /** A message that the broker is to keep; without a payload, it forgets the one it has. */
  public record Retained(String topic, String payload) {}

  /** The next state, and the messages that are to be published. */
  public record Decision(Home home, List<Retained> messages) {
    public Decision {
      messages = List.copyOf(messages);
    }
  }

  /** Returns the state on a new connection. */
  public static Home connected(Topics topics, String id) {
    return new Home(
        topics,
        id,
        FleetView.NOTHING,
        OptionalLong.empty(),
        new TreeMap<>(),
        Announced.NOTHING,
        new TreeSet<>(),
        OptionalLong.empty());
  }

  /** After something was heard of the fleet. */
  public Home with(FleetView newObserved) {
    return new Home(topics, id, newObserved, leadsSinceNs, told, toldOf, found, againNs);
  }

  /** After it was heard who leads; empty for nobody. */
  public Home led(Optional<String> leader, long nowNs) {
    boolean ours = leader.isPresent() && leader.get().equals(id);
    if (ours == leadsSinceNs.isPresent()) {
      return this;
    }
    OptionalLong since = ours ? OptionalLong.of(nowNs) : OptionalLong.empty();
    return new Home(
        topics,
        id,
        observed,
        since,
        new TreeMap<>(),
        Announced.NOTHING,
        found,
        OptionalLong.empty());
  }

  /**
   * After Home Assistant said that it is there.
   *
   * @param random in [0, 1)
   */
  public Home born(double random, long nowNs) {
    OptionalLong again =
        againNs.isPresent()
            ? againNs
            : OptionalLong.of(nowNs + (long) (random * LONGEST_JITTER_NS));
    return new Home(topics, id, observed, leadsSinceNs, told, toldOf, found, again);
  }

  /** After an announcement was heard, or one that was taken back. */
  public Home found(String topic, boolean there) {
    if (!DeviceId.announces(topics, topic) || (there && found.size() >= MOST_FOUND)) {
      return this;
    }
    SortedSet<String> newFound = new TreeSet<>(found);
    if (there) {
      newFound.add(topic);
    } else {
      newFound.remove(topic);
    }
    return new Home(topics, id, observed, leadsSinceNs, told, toldOf, newFound, againNs);
  }

  /** Returns the announcements that are due. To be called about every second. */
  public Decision passed(long nowNs) {
    if (leadsSinceNs.isEmpty()) {
      return new Decision(this, List.of());
    }
    boolean again = againNs.isPresent() && nowNs - againNs.getAsLong() >= 0;
    Announced now = Announced.of(observed, toldOf);
    SortedMap<String, String> wanted = now.equals(toldOf) ? told : now.messages(topics);
    List<Retained> messages = new ArrayList<>();
    wanted.forEach(
        (topic, json) -> {
          if (again || !json.equals(told.get(topic))) {
            messages.add(new Retained(topic, json));
          }
        });
    SortedSet<String> over = new TreeSet<>(told.keySet());
    if (nowNs - leadsSinceNs.getAsLong() >= SETTLED_NS) {
      over.addAll(found);
    }
    over.removeAll(wanted.keySet());
    over.forEach(topic -> messages.add(new Retained(topic, "")));
    SortedSet<String> left = new TreeSet<>(found);
    left.removeAll(over);
    OptionalLong later = again ? OptionalLong.empty() : againNs;
    Home after = new Home(topics, id, observed, leadsSinceNs, wanted, now, left, later);
    return new Decision(after, messages);
  }

  /**
   * After somebody wants a number of a deployment to be another. Nothing is published where another
   * hub leads: that one heard it too.
   *
   * @throws IllegalArgumentException if there is no such deployment or setting, or it cannot be
   *     that; with the reason
   */
  public Decision set(String deployment, String setting, String value) {
    if (leadsSinceNs.isEmpty()) {
      return new Decision(this, List.of());
    }
    DeploymentSpec spec =
        observed
            .deployment(deployment)
            .spec()
            .orElseThrow(
                () -> new IllegalArgumentException("nothing is deployed as " + deployment));
    DeploymentSpec changed = Setting.parse(setting).apply(spec, value);
    Retained message =
        new Retained(topics.of(Topic.DEPLOYMENT_SPEC, deployment), Json.write(changed));
    // At once: the next setting may come before the broker has returned this one.
    return new Decision(
        with(observed.withSpec(deployment, Optional.of(changed))), List.of(message));
  }
}
