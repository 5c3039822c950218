package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.runtime.FolderStore;
import io.coterie.protocol.runtime.Store;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContentFetcherTest {
  private static final byte[] MODEL = "a model".getBytes(StandardCharsets.UTF_8);
  private static final String DIGEST = Digest.of(MODEL);

  private final Topics topics = new Topics("coterie");
  private final SimulatedBroker broker = new SimulatedBroker();
  private final MessageBus bus = broker.client();
  private final List<String> problems = new ArrayList<>();
  private final List<byte[]> received = new ArrayList<>();

  @TempDir Path folder;
  private Store store;
  private ContentFetcher fetcher;

  @BeforeEach
  void open() throws Exception {
    store = new FolderStore(folder);
    fetcher = new ContentFetcher(topics, store, bus, Runnable::run, problems::add);
    bus.start(() -> {});
    broker.deliverAll();
  }

  @Test
  void takesWhatTheCacheHasWithoutAsking() throws Exception {
    store.put(MODEL);
    fetch();
    assertArrayEquals(MODEL, received.get(0));
  }

  @Test
  void fetchesFromTheBrokerOnceAndKeepsIt() {
    fetch();
    fetch();
    publish(MODEL);
    publish(MODEL);
    assertEquals(1, received.size());
    assertArrayEquals(MODEL, store.get(DIGEST).orElseThrow());
  }

  @Test
  void refusesContentWithAnotherDigestAndWaitsForTheRightOne() {
    fetch();
    publish("tampered".getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(), received);
    assertEquals(
        List.of("refused a model whose content does not have its digest: " + DIGEST), problems);
    publish(MODEL);
    assertEquals(1, received.size());
  }

  @Test
  void goesOnWithoutTheCacheWhereItCannotBeWritten() throws Exception {
    Files.delete(folder.resolve("models"));
    fetch();
    publish(MODEL);
    assertArrayEquals(MODEL, received.get(0));
    String problem = problems.get(0);
    assertTrue(problem.startsWith("cannot keep a model in the cache"), problem);
    assertTrue(problem.contains("--cache"), problem);
  }

  @Test
  void replacesADamagedCacheEntry() throws Exception {
    store.put(MODEL);
    Files.writeString(folder.resolve("models").resolve(DIGEST), "damaged");
    fetch();
    publish(MODEL);
    assertArrayEquals(MODEL, store.get(DIGEST).orElseThrow());
  }

  @Test
  void tellsEverybodyWhoAskedMeanwhile() {
    fetch();
    fetcher.fetch("another", DIGEST, (digest, bytes) -> received.add(bytes));
    publish(MODEL);
    assertEquals(2, received.size());
  }

  private void fetch() {
    fetcher.fetch(this, DIGEST, (digest, bytes) -> received.add(bytes));
    broker.deliverAll();
  }

  private void publish(byte[] payload) {
    MessageBus deployer = broker.connectedClient();
    deployer.publish(
        Message.to(topics.of(Topic.MODEL, DIGEST)).payload(payload).retained(true).build());
    broker.deliverAll();
  }
}
