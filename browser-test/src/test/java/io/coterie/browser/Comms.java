package io.coterie.browser;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What Node-RED tells its editor: when flows have started, and what debug nodes show. */
final class Comms implements WebSocket.Listener, AutoCloseable {
  private static final int WAIT_SECONDS = 40;

  private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder();
  private final WebSocket socket;

  /** Hears what is told from now on. */
  Comms(HttpClient http, URI page) {
    URI address = URI.create(page.toString().replaceFirst("^http", "ws"));
    socket = http.newWebSocketBuilder().buildAsync(address, this).join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      JsonElement all = JsonParser.parseString(text.toString());
      text.setLength(0);
      if (all.isJsonArray()) {
        all.getAsJsonArray().forEach(message -> messages.add(message.getAsJsonObject()));
      }
    }
    from.request(1);
    return null;
  }

  /** Waits until the flows of this revision have started. */
  void awaitStarted(String revision) throws InterruptedException {
    await(
        "notification/runtime-deploy", data -> data.get("revision").getAsString().equals(revision));
  }

  /** Waits for an object that a debug node of that name shows, and that is as wanted. */
  JsonObject awaitShown(String node, Predicate<JsonObject> wanted) throws InterruptedException {
    JsonObject shown =
        await(
            "debug",
            data ->
                data.has("name")
                    && data.get("name").getAsString().equals(node)
                    && wanted.test(valueOf(data)));
    return valueOf(shown);
  }

  /** Waits until a node's status light says something with this text in it. */
  void awaitStatus(String id, String text) throws InterruptedException {
    await(
        "status/" + id, data -> data.has("text") && data.get("text").getAsString().contains(text));
  }

  private static JsonObject valueOf(JsonObject shown) {
    if (!shown.get("format").getAsString().equals("Object")) {
      throw new IllegalStateException("no object: " + shown);
    }
    return JsonParser.parseString(shown.get("msg").getAsString()).getAsJsonObject();
  }

  private JsonObject await(String topic, Predicate<JsonObject> wanted) throws InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (true) {
      JsonObject next = messages.poll(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new IllegalStateException(
            "nothing of the kind within " + WAIT_SECONDS + " s: " + topic);
      }
      if (next.get("topic").getAsString().equals(topic)
          && wanted.test(next.getAsJsonObject("data"))) {
        return next.getAsJsonObject("data");
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
  }
}
