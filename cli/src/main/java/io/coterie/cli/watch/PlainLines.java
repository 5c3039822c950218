package io.coterie.cli.watch;

import io.coterie.cli.fleet.PlanTable;
import io.coterie.cli.fleet.RolloutText;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Boards, plans and results as lines, for pipes and logs.
 *
 * <p>Thread-safe.
 */
final class PlainLines {
  private final Topics topics;
  private final boolean json;
  private final Map<String, PlanMessage> plans = new ConcurrentHashMap<>();
  private final Map<String, Double> thresholds = new ConcurrentHashMap<>();

  private record Entry(String topic, Object message) {}

  private record Removed(String topic) {}

  PlainLines(Topics topics, boolean json) {
    this.topics = topics;
    this.json = json;
  }

  /** Prints what comes from now on. */
  void follow(MessageBus bus, boolean results) {
    bus.subscribe(topics.filter(Topic.AGENT_STATE), 1, m -> show(m, AgentState.class));
    bus.subscribe(topics.filter(Topic.AGENT_CAPABILITY), 1, m -> show(m, Capability.class));
    bus.subscribe(topics.filter(Topic.DEPLOYMENT_PLAN), 1, m -> show(m, PlanMessage.class));
    if (!json) {
      bus.subscribe(topics.filter(Topic.AGENT_REPORT), 0, this::thresholds);
    }
    if (results) {
      bus.subscribe(topics.filter(Topic.RESULT), 1, m -> show(m, Result.class));
    }
  }

  /** Reports come every few seconds: said is only where a threshold is another than before. */
  private void thresholds(Message message) {
    try {
      for (Report.FuserReport fused : Json.read(message.payload(), Report.class).fused()) {
        Double before = thresholds.put(fused.deployment(), fused.threshold());
        if (fused.exits().size() > 1 && (before == null || before != fused.threshold())) {
          print("deployment " + fused.deployment() + ": " + fused.exitsText());
        }
      }
    } catch (JsonException e) {
      unreadable(message, e);
    }
  }

  private <T> void show(Message message, Class<T> type) {
    String name = topics.parse(message.topic()).orElseThrow().name();
    if (message.payload().length == 0) {
      if (json) {
        System.out.println(Json.write(new Removed(message.topic())));
      } else {
        print(name + ": removed");
      }
      return;
    }
    try {
      T value = Json.read(message.payload(), type);
      if (json) {
        System.out.println(Json.write(new Entry(message.topic(), value)));
      } else if (value instanceof AgentState state) {
        print("board " + name + ": " + state.state().toString().toLowerCase(Locale.ROOT));
      } else if (value instanceof Capability board) {
        print("board " + name + ": release " + board.software() + " on " + board.hardware());
      } else if (value instanceof PlanMessage plan) {
        plan(name, plan);
      } else if (value instanceof Result result) {
        print(line(name, result));
      }
    } catch (JsonException e) {
      unreadable(message, e);
    }
  }

  /** More frames of a roll-out are no new plan. */
  private void plan(String name, PlanMessage plan) {
    PlanMessage before = plans.put(name, plan);
    if (before == null || plan.rollout() == null || !before.with(null).equals(plan.with(null))) {
      print("deployment " + name);
      PlanTable.print(plan, System.out);
    } else {
      print("deployment " + name + ": roll-out: " + RolloutText.line(plan.rollout()));
    }
  }

  /** No line of JSON: whoever reads those is a program. */
  private void unreadable(Message message, JsonException e) {
    String line = message.topic() + ": unreadable: " + e.getMessage();
    if (json) {
      System.err.println("coterie: " + Line.clean(line));
    } else {
      print(line);
    }
  }

  private static String line(String deployment, Result result) {
    return String.format(
        Locale.ROOT,
        "%s/%s %s: %s%s, %d of %d portions, %s%.1f ms",
        deployment,
        result.source(),
        result.frame(),
        result.status().toString().toLowerCase(Locale.ROOT),
        result.label() == null ? ": " + result.reason() : " " + result.label(),
        result.portions().have(),
        result.portions().of(),
        result.exit() == null ? "" : "exit " + result.exit() + ", ",
        result.latencyMs());
  }

  private static void print(String line) {
    System.out.println(
        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS)
            + "  "
            + Line.clean(line));
  }
}
