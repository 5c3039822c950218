package io.coterie.orchestrator;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.runtime.Store;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles in use: fetched from the broker, kept on disk or in memory, and published again to a
 * broker that has forgotten them. Uncut networks are not among them: they are never deployed.
 *
 * <p>Lives on the orchestrator's event loop.
 */
final class Library {
  private static final Logger log = LoggerFactory.getLogger(Library.class);

  /** Is told of manifests. */
  interface Reader {
    void ready(String digest, Manifest manifest);

    void refused(String digest, String reason);
  }

  private final Topics topics;
  private final TrustedKeys trusted;
  private final MessageBus bus;
  private final Optional<Store> store;
  private final Consumer<Runnable> runtime;
  private final Reader reader;
  private final Map<String, byte[]> memory = new HashMap<>();
  private final Map<String, Manifest> manifests = new HashMap<>();
  private final Set<String> pending = new HashSet<>();
  private final Set<String> onBroker = new HashSet<>();

  /**
   * @param trusted whose bundles are used
   * @param store keeps content over restarts; without it, memory keeps it
   * @param runtime runs what arrives on the event loop
   */
  Library(
      Topics topics,
      TrustedKeys trusted,
      MessageBus bus,
      Optional<Store> store,
      Consumer<Runnable> runtime,
      Reader reader) {
    this.topics = topics;
    this.trusted = trusted;
    this.bus = bus;
    this.store = store;
    this.runtime = runtime;
    this.reader = reader;
  }

  /** Forgets which files the broker has, because it may be another broker. */
  void connected() {
    onBroker.clear();
  }

  /** Fetches the manifest, reports it, and fetches the models after it. */
  void fetch(String digest) {
    fetch(digest, bytes -> manifestArrived(digest, bytes));
  }

  private void manifestArrived(String digest, byte[] bytes) {
    Optional<String> refused = trusted.refuse(bytes);
    if (refused.isPresent()) {
      reader.refused(digest, refused.get());
      return;
    }
    Manifest manifest;
    try {
      manifest = Manifest.parse(bytes);
    } catch (JsonException e) {
      reader.refused(digest, e.getMessage());
      return;
    }
    manifests.put(digest, manifest);
    deployed(manifest).forEach(file -> fetch(file, content -> {}));
    reader.ready(digest, manifest);
  }

  private static Set<String> deployed(Manifest manifest) {
    Set<String> digests = new HashSet<>();
    manifest.files().stream()
        .map(ModelFile::sha256)
        .filter(manifest::deploys)
        .forEach(digests::add);
    return digests;
  }

  private void fetch(String digest, Consumer<byte[]> receiver) {
    Optional<byte[]> kept = get(digest);
    if (kept.isPresent()) {
      receiver.accept(kept.get());
    } else if (pending.add(digest)) {
      bus.subscribe(
          topics.of(Topic.MODEL, digest),
          1,
          message -> runtime.accept(() -> arrived(digest, message, receiver)));
    }
  }

  private void arrived(String digest, Message message, Consumer<byte[]> receiver) {
    if (!pending.contains(digest) || message.payload().length == 0) {
      return;
    }
    if (!Digest.of(message.payload()).equals(digest)) {
      log.warn("ignored: topic={} reason=content does not have this digest", message.topic());
      return;
    }
    pending.remove(digest);
    bus.unsubscribe(message.topic());
    onBroker.add(digest);
    keep(digest, message.payload());
    receiver.accept(message.payload());
  }

  private Optional<byte[]> get(String digest) {
    byte[] inMemory = memory.get(digest);
    return inMemory != null ? Optional.of(inMemory) : store.flatMap(disk -> disk.get(digest));
  }

  private void keep(String digest, byte[] bytes) {
    if (store.isPresent()) {
      try {
        store.get().put(bytes);
        return;
      } catch (IOException e) {
        log.warn(
            "kept in memory only: digest={} folder={} reason={}",
            digest,
            store.get().place(),
            e.getMessage());
      }
    }
    memory.put(digest, bytes);
  }

  /** Publishes the files of the bundle that are at hand and not known to be at the broker. */
  void publish(String digest) {
    Manifest manifest = manifests.get(digest);
    if (manifest != null) {
      deployed(manifest).forEach(this::publishOne);
      publishOne(digest);
    }
  }

  private void publishOne(String digest) {
    if (!onBroker.contains(digest)) {
      get(digest)
          .ifPresent(
              bytes ->
                  bus.publish(
                      Message.to(topics.of(Topic.MODEL, digest))
                          .payload(bytes)
                          .qos(1)
                          .retained(true)
                          .build()));
    }
  }
}
