package io.coterie.agent;

import io.coterie.agent.fusion.SimulatedFuser;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.LoopbackProbe;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** The fusers of one simulated agent, by deployment. */
final class SimulatedFusers {
  private final Topics topics;
  private final Consumer<Message> publisher;
  private final String inbox;
  private final Map<String, SimulatedFuser> fusers = new LinkedHashMap<>();

  SimulatedFusers(Topics topics, Consumer<Message> publisher, String inbox) {
    this.topics = topics;
    this.publisher = publisher;
    this.inbox = inbox;
  }

  void assign(Assignment assignment, Map<String, Manifest> manifests, long nowNs) {
    Set<String> kept = new LinkedHashSet<>();
    for (FuserRole role : assignment.fusers()) {
      kept.add(role.deployment());
      fusers
          .computeIfAbsent(role.deployment(), any -> new SimulatedFuser(topics, publisher))
          .assign(role, assignment.epoch(), manifests.get(role.bundle()), nowNs);
    }
    fusers.keySet().retainAll(kept);
  }

  Set<String> deployments() {
    return fusers.keySet();
  }

  Optional<SimulatedFuser> of(String deployment) {
    return Optional.ofNullable(fusers.get(deployment));
  }

  void reconnected(long nowNs) {
    fusers.values().forEach(fuser -> fuser.reconnected(nowNs));
  }

  void disconnected(long nowNs) {
    fusers.values().forEach(fuser -> fuser.disconnected(nowNs));
  }

  void echoed(Message message, long nowNs) {
    LoopbackProbe probe = LoopbackProbe.of(message).orElseThrow();
    of(probe.deployment()).ifPresent(fuser -> fuser.heardItself(probe, nowNs));
  }

  OptionalLong nextDueNs() {
    return fusers.values().stream()
        .map(SimulatedFuser::nextDueNs)
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .min();
  }

  void expire(long nowNs) {
    for (SimulatedFuser fuser : fusers.values()) {
      fuser.expire(nowNs);
      fuser.asks(nowNs).ifPresent(probe -> publisher.accept(probe.toMessage(inbox)));
    }
  }

  /** The deployments that are answered here, in the first place. */
  List<String> answered() {
    return fusers.keySet().stream().filter(name -> !fusers.get(name).isStandby()).toList();
  }

  List<Report.FuserReport> reports() {
    return fusers.values().stream().map(SimulatedFuser::fused).toList();
  }
}
