package io.coterie.agent;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.runtime.Store;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets content by its digest: from the cache, else from the broker's retained messages. What comes
 * with another digest is refused.
 *
 * <p>Lives on the agent's runtime thread; what arrives is handed to it.
 */
final class ContentFetcher {
  private static final Logger log = LoggerFactory.getLogger(ContentFetcher.class);

  private final Topics topics;
  private final Store store;
  private final MessageBus bus;
  private final Consumer<Runnable> runtime;
  private final Consumer<String> problems;

  /**
   * For each digest, the receivers by caller, so that a caller that asks twice is answered once.
   */
  private final Map<String, Map<Object, BiConsumer<String, byte[]>>> pending = new HashMap<>();

  ContentFetcher(
      Topics topics,
      Store store,
      MessageBus bus,
      Consumer<Runnable> runtime,
      Consumer<String> problems) {
    this.topics = topics;
    this.store = store;
    this.bus = bus;
    this.runtime = runtime;
    this.problems = problems;
  }

  /**
   * Passes the bytes to the receiver, at once or when they arrive. A caller that asks for the same
   * digest again meanwhile is answered once.
   *
   * @param who identifies the caller
   */
  void fetch(Object who, String digest, BiConsumer<String, byte[]> receiver) {
    if (pending.containsKey(digest)) {
      pending.get(digest).putIfAbsent(who, receiver);
      return;
    }
    Optional<byte[]> cached = store.get(digest);
    if (cached.isPresent()) {
      receiver.accept(digest, cached.get());
      return;
    }
    pending.put(digest, new LinkedHashMap<>(Map.of(who, receiver)));
    bus.subscribe(
        topics.of(Topic.MODEL, digest),
        1,
        message -> runtime.accept(() -> arrived(digest, message)));
  }

  private void arrived(String digest, Message message) {
    if (!pending.containsKey(digest) || message.payload().length == 0) {
      return;
    }
    if (!Digest.of(message.payload()).equals(digest)) {
      problems.accept("refused a model whose content does not have its digest: " + digest);
      return;
    }
    Map<Object, BiConsumer<String, byte[]>> receivers = pending.remove(digest);
    bus.unsubscribe(topics.of(Topic.MODEL, digest));
    try {
      store.put(message.payload());
      log.info("model fetched: digest={} bytes={}", digest, message.payload().length);
    } catch (IOException e) {
      problems.accept(
          "cannot keep a model in the cache, going on without: "
              + store.place()
              + ": "
              + e.getMessage()
              + " (free some space there, or choose another folder with --cache)");
    }
    receivers.values().forEach(receiver -> receiver.accept(digest, message.payload()));
  }
}
