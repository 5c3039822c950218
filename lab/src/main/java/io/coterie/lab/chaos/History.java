package io.coterie.lab.chaos;

import com.google.gson.JsonObject;
import io.coterie.protocol.json.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * Everything that happened in a run, by rising time.
 *
 * <p>Thread-safe.
 */
final class History {
  private final long startNs = System.nanoTime();
  private final List<HistoryEvent> events = new ArrayList<>();

  /** Notes what happens now. */
  synchronized <T extends HistoryEvent> T add(LongFunction<T> event) {
    T made = event.apply(System.nanoTime() - startNs);
    events.add(made);
    return made;
  }

  synchronized List<HistoryEvent> events() {
    return List.copyOf(events);
  }

  /** Seconds since the run began. */
  double seconds() {
    return (System.nanoTime() - startNs) / 1e9;
  }

  /** One JSON object per line. */
  static void write(List<HistoryEvent> events, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (HistoryEvent event : events) {
        JsonObject line = Json.read(Json.write(event), JsonObject.class);
        line.addProperty("event", event.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        out.write(line.toString());
        out.newLine();
      }
    } catch (io.coterie.protocol.json.JsonException e) {
      throw new IOException(e);
    }
  }
}
