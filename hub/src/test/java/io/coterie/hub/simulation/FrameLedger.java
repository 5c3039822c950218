package io.coterie.hub.simulation;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.VirtualTime;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Every frame that a broker accepted, and what was answered. */
final class FrameLedger {
  /**
   * A result as a broker accepted it.
   *
   * @param open whether the broker's clients were still there
   */
  record Answer(String client, Outcome status, double atMs, boolean open) {}

  /**
   * A frame that a broker accepted, once or more.
   *
   * @param owed whether the broker's process lived on for long enough to see to a result
   */
  record Entry(
      String frame,
      SimulatedBroker broker,
      double atMs,
      List<Answer> answers,
      AtomicBoolean owed) {}

  /** The deadline, the grace of the broker, and the time to its next look. */
  private static final long PATIENCE_NS = 1_800 * VirtualTime.MS;

  private final SimulatedFleet fleet;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  FrameLedger(SimulatedFleet fleet) {
    this.fleet = fleet;
    fleet.brokers.forEach(
        broker -> broker.observe((client, message) -> accepted(broker, client, message)));
  }

  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  private void accepted(SimulatedBroker broker, String client, Message message) {
    Optional<Topics.Parsed> topic = SimulatedFleet.TOPICS.parse(message.topic());
    if (topic.isEmpty()) {
      return;
    }
    double nowMs = fleet.time.nowMs();
    if (topic.get().topic() == Topic.INPUT) {
      String frame = FrameKey.of(SimulatedFleet.SOURCE, message).frame();
      Entry entry = new Entry(frame, broker, nowMs, new ArrayList<>(), new AtomicBoolean());
      if (entries.putIfAbsent(frame, entry) == null) {
        broker.machine().after(PATIENCE_NS, () -> entry.owed().set(true));
      }
    } else if (topic.get().topic() == Topic.RESULT) {
      Result result = read(message);
      Entry entry = entries.get(result.frame());
      if (entry != null) {
        entry.answers().add(new Answer(client, result.status(), nowMs, broker.isOpen()));
      } else if (result.status() != Outcome.REJECTED) {
        throw new IllegalStateException("a result of a frame that was never accepted: " + result);
      }
      fleet.history.add(client + ": " + result.frame() + " " + result.status());
    }
  }

  private static Result read(Message message) {
    try {
      return Json.read(message.payload(), Result.class);
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }
}
