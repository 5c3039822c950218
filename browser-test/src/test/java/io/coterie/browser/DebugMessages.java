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

/** What Node-RED's debug nodes show in the sidebar, as its editor gets it. */
final class DebugMessages implements WebSocket.Listener, AutoCloseable {
  private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder();
  private final WebSocket socket;

  DebugMessages(HttpClient http, URI page) {
    URI address = URI.create(page.toString().replaceFirst("^http", "ws"));
    socket = http.newWebSocketBuilder().buildAsync(address, this).join();
    socket.sendText("{\"subscribe\":\"debug\"}", true).join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      take(JsonParser.parseString(text.toString()));
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void take(JsonElement all) {
    if (all.isJsonArray()) {
      all.getAsJsonArray().asList().stream()
          .map(JsonElement::getAsJsonObject)
          .filter(message -> message.get("topic").getAsString().equals("debug"))
          .forEach(message -> messages.add(message.getAsJsonObject("data")));
    }
  }

  /** Waits for what a debug node of that name shows, and that is as wanted. */
  JsonElement await(String node, Predicate<JsonElement> wanted) throws InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (true) {
      JsonObject next = messages.poll(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new IllegalStateException(node + " showed nothing of the kind within 40 s");
      }
      if (next.has("name") && next.get("name").getAsString().equals(node)) {
        JsonElement value = valueOf(next);
        if (wanted.test(value)) {
          return value;
        }
      }
    }
  }

  private static JsonElement valueOf(JsonObject shown) {
    String format = shown.get("format").getAsString();
    JsonElement text = shown.get("msg");
    boolean structured = format.startsWith("Object") || format.startsWith("error");
    return structured ? JsonParser.parseString(text.getAsString()) : text;
  }

  @Override
  public void close() {
    socket.abort();
  }
}
