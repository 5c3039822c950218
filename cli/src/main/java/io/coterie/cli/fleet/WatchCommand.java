package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coterie watch}. */
@Command(
    name = "watch",
    description = "Prints boards, plans and results as they come, until it is stopped.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie watch --results"})
public final class WatchCommand implements Callable<Integer> {
  @Mixin private BrokerOption broker;

  @Option(names = "--results", description = "also print every result")
  private boolean results;

  @Option(names = "--json", description = "print each message as a JSON line, with its topic")
  private boolean json;

  private final Map<String, Double> thresholds = new ConcurrentHashMap<>();

  private record Line(String topic, Object message) {}

  @Override
  public Integer call() throws InterruptedException {
    Topics topics = broker.topics();
    try (MessageBus bus = broker.connect("watch")) {
      bus.subscribe(topics.filter(Topic.AGENT_STATE), 1, m -> show(m, AgentState.class));
      bus.subscribe(topics.filter(Topic.DEPLOYMENT_PLAN), 1, m -> show(m, PlanMessage.class));
      if (!json) {
        bus.subscribe(topics.filter(Topic.AGENT_REPORT), 0, this::thresholds);
      }
      if (results) {
        bus.subscribe(topics.filter(Topic.RESULT), 1, m -> show(m, Result.class));
      }
      new CountDownLatch(1).await();
      return 0;
    }
  }

  /** Reports come every few seconds: said is only where a threshold is another than before. */
  private void thresholds(Message message) {
    try {
      for (Report.Fused fused : Json.read(message.payload(), Report.class).fused()) {
        Double before = thresholds.put(fused.deployment(), fused.threshold());
        if (fused.exits().size() > 1 && (before == null || before != fused.threshold())) {
          print("deployment " + fused.deployment() + ": " + PlanTable.exits(fused));
        }
      }
    } catch (JsonException e) {
      print(message.topic() + ": unreadable: " + e.getMessage());
    }
  }

  private <T> void show(Message message, Class<T> type) {
    String name = broker.topics().parse(message.topic()).orElseThrow().name();
    if (message.payload().length == 0) {
      print(name + ": removed");
      return;
    }
    try {
      T value = Json.read(message.payload(), type);
      if (json) {
        System.out.println(Json.write(new Line(message.topic(), value)));
      } else if (value instanceof AgentState state) {
        print("board " + name + ": " + state.state().toString().toLowerCase(Locale.ROOT));
      } else if (value instanceof PlanMessage plan) {
        print("deployment " + name);
        PlanTable.print(plan, System.out);
      } else if (value instanceof Result result) {
        print(line(name, result));
      }
    } catch (JsonException e) {
      print(message.topic() + ": unreadable: " + e.getMessage());
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
        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + "  " + line);
  }
}
