package io.coterie.orchestrator.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coterie.client.fleet.FleetOnTheWire;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Grafana dashboard and the table in the documentation name what there is. */
final class GrafanaTest {
  private static final Path DASHBOARD = Path.of("..", "deploy", "grafana", "coterie.json");
  private static final Path DOCUMENT = Path.of("..", "docs", "operations.md");
  private static final Pattern METRIC = Pattern.compile("coterie_[a-z_]+");
  private static final int COLUMNS = 24;

  private static Set<String> exposed() throws IOException {
    SimulatedBroker broker = new SimulatedBroker();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FleetOnTheWire wire = new FleetOnTheWire(broker);
        FleetObserver observer =
            new FleetObserver(
                new Topics("coterie"), broker.client(), () -> true, broker.loop(), () -> {})) {
      observer.start();
      wire.start();
      wire.everything();
      observer.writeMetrics(out);
    }
    return named(out.toString(StandardCharsets.UTF_8));
  }

  private static Set<String> named(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = METRIC.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group().replaceFirst("_(bucket|sum|count)$", ""));
    }
    return names;
  }

  @Test
  void showsOnlyWhatIsExposed() throws IOException {
    Set<String> shown = named(Files.readString(DASHBOARD));
    assertTrue(shown.size() > 10, shown.toString());
    shown.removeAll(exposed());
    assertEquals(Set.of(), shown);
  }

  @Test
  void everyMetricIsDocumented() throws IOException {
    assertEquals(exposed(), named(Files.readString(DOCUMENT)));
  }

  @Test
  void isADashboardThatGrafanaTakes() throws IOException {
    JsonObject dashboard = JsonParser.parseString(Files.readString(DASHBOARD)).getAsJsonObject();
    assertFalse(dashboard.has("id"), "Grafana gives it one");
    assertTrue(dashboard.get("schemaVersion").getAsInt() >= 36);
    assertEquals("Coterie", dashboard.get("title").getAsString());
    Set<Integer> ids = new HashSet<>();
    for (JsonElement element : dashboard.getAsJsonArray("panels")) {
      JsonObject panel = element.getAsJsonObject();
      assertTrue(ids.add(panel.get("id").getAsInt()), panel.toString());
      assertTrue(Set.of("stat", "timeseries").contains(panel.get("type").getAsString()));
      JsonObject place = panel.getAsJsonObject("gridPos");
      assertTrue(place.get("x").getAsInt() + place.get("w").getAsInt() <= COLUMNS);
      for (JsonElement target : panel.getAsJsonArray("targets")) {
        assertFalse(target.getAsJsonObject().get("expr").getAsString().isBlank());
        JsonObject source = target.getAsJsonObject().getAsJsonObject("datasource");
        assertEquals("${datasource}", source.get("uid").getAsString());
      }
    }
  }
}
