package io.coterie.orchestrator.home;

import io.coterie.orchestrator.observation.Observed;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Report;
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
 * @param toldOf the fleet that they are of
 * @param found topics with announcements of this fleet that the broker has
 * @param againNs when everything is to be told again, if it is
 */
public record Home(
    Topics topics,
    String id,
    Observed observed,
    OptionalLong leadsSinceNs,
    SortedMap<String, String> told,
    Observed toldOf,
    SortedSet<String> found,
    OptionalLong againNs) {
  /** A house full of integrations is not told everything at the same moment. */
  static final long LONGEST_JITTER_NS = 5_000_000_000L;

  /** By then the broker has handed out what it keeps: what is announced and not there is over. */
  static final long SETTLED_NS = 10_000_000_000L;

  private static final int MOST_FOUND = 2 * (Observed.MOST_AGENTS + Observed.MOST_DEPLOYMENTS);

  public Home {
    told = Collections.unmodifiableSortedMap(new TreeMap<>(told));
    found = Collections.unmodifiableSortedSet(new TreeSet<>(found));
  }

  /** A message that the broker is to keep; without a payload, it forgets the one it has. */
  public record Retained(String topic, String payload) {}

  /** What follows, and what is to be published. */
  public record Decision(Home home, List<Retained> messages) {
    public Decision {
      messages = List.copyOf(messages);
    }
  }

  /** On a connection that is new. */
  public static Home connected(Topics topics, String id) {
    return new Home(
        topics,
        id,
        Observed.NOTHING,
        OptionalLong.empty(),
        new TreeMap<>(),
        Observed.NOTHING,
        new TreeSet<>(),
        OptionalLong.empty());
  }

  /** After something was heard of the fleet. */
  public Home with(Observed newObserved) {
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
        Observed.NOTHING,
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

  /** What is to be told now. To be asked every second or so. */
  public Decision passed(long nowNs) {
    if (leadsSinceNs.isEmpty()) {
      return new Decision(this, List.of());
    }
    boolean again = againNs.isPresent() && nowNs - againNs.getAsLong() >= 0;
    SortedMap<String, String> wanted = observed.equals(toldOf) ? told : announcements();
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
    Home after = new Home(topics, id, observed, leadsSinceNs, wanted, observed, left, later);
    return new Decision(after, messages);
  }

  private Optional<Report> report(String agent) {
    return Optional.ofNullable(observed.reports().get(agent));
  }

  private SortedMap<String, String> announcements() {
    SortedMap<String, String> all = new TreeMap<>();
    observed
        .fleet()
        .members()
        .forEach(
            (name, member) ->
                all.put(
                    AgentDevice.id(topics, name).topic(),
                    AgentDevice.json(topics, member, report(name))));
    observed
        .deployments()
        .forEach(
            (name, deployed) ->
                deployed
                    .spec()
                    .ifPresent(
                        spec ->
                            all.put(
                                DeploymentDevice.id(topics, name).topic(),
                                DeploymentDevice.json(topics, name, spec))));
    return all;
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
