package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.board.BoardSettings;
import io.coterie.inference.OnnxModel;
import io.coterie.inference.Softmax;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRole.Neighbour;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five boards with a trained pipeline answer as the uncut network does. */
@Tag("broker")
@Timeout(180)
final class PipelineEquivalenceTest {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final double MOST = 1e-4;
  private static final int FRAMES = 40;

  /** No board holds everything: every frame travels. */
  private static final Map<String, List<Integer>> HELD =
      new TreeMap<>(
          Map.of(
              "a",
              List.of(1),
              "b",
              List.of(2),
              "c",
              List.of(3),
              "d",
              List.of(2, 3),
              "e",
              List.of(1, 2)));

  @TempDir Path folder;
  private final ThreadedBroker broker = new ThreadedBroker();
  private final MessageBus client = broker.client(Optional.empty());
  private final BlockingQueue<Result> results = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> running = new LinkedBlockingQueue<>();
  private final List<EdgeAgent> agents = new ArrayList<>();
  private Bundle bundle;
  private Pipeline pipeline;

  @BeforeEach
  void start() throws Exception {
    bundle = Bundle.open(Path.of("../models/zoo/meter-digits"));
    pipeline = bundle.manifest().pipeline("").orElseThrow();
    client.start(() -> {});
    client.subscribe(TOPICS.filter(Topic.RESULT), 1, this::result);
    client.subscribe(TOPICS.filter(Topic.AGENT_REPORT), 1, this::report);
    bundle
        .content()
        .forEach(
            (digest, bytes) -> {
              if (digest.equals(bundle.digest()) || bundle.manifest().deploys(digest)) {
                retain(TOPICS.of(Topic.MODEL, digest), bytes);
              }
            });
    for (String id : HELD.keySet()) {
      AgentOptions options =
          new AgentOptions(
              id,
              Topics.DEFAULT_BASE,
              folder.resolve(id),
              1,
              1,
              64_000_000,
              1e6,
              0.05,
              false,
              TrustedKeys.ANYBODY,
              BoardSettings.NONE);
      agents.add(new EdgeAgent(options, (name, will) -> broker.client(Optional.of(will))));
      agents.get(agents.size() - 1).start();
    }
    HELD.keySet().forEach(this::assign);
    Set<String> wanted = new HashSet<>(HELD.keySet());
    while (!wanted.isEmpty()) {
      String agent = running.poll(60, TimeUnit.SECONDS);
      assertNotNull(agent, "not all agents run");
      wanted.remove(agent);
    }
  }

  @AfterEach
  void close() {
    agents.forEach(EdgeAgent::close);
    client.close();
    broker.close();
  }

  @Test
  void answersAsTheUncutNetwork() throws Exception {
    byte[] whole = bundle.content().get(pipeline.whole().sha256());
    int labels = bundle.manifest().labels().size();
    Random random = new Random(7);
    try (OnnxModel uncut =
        OnnxModel.load(whole, "whole", new long[] {1, 3, 32, 32}, new long[] {1, labels}, 1)) {
      for (int i = 0; i < FRAMES; i++) {
        float[] picture = picture(random);
        send("f" + i, picture);
        Result result = results.poll(60, TimeUnit.SECONDS);
        assertNotNull(result, "no result of frame " + i);
        assertEquals(Outcome.OK, result.status());
        assertEquals(pipeline.exits(), result.exit());
        assertTrue(Set.copyOf(result.agents()).size() > 1, "frame " + i + " did not travel");
        uncut.input().put(picture);
        compare(result, uncut.run(), i);
      }
    }
  }

  private void compare(Result result, FloatBuffer logits, int frame) {
    float[] values = new float[logits.remaining()];
    logits.get(values);
    double[] expected = Softmax.of(values).orElseThrow();
    int best = 0;
    for (int i = 1; i < expected.length; i++) {
      best = expected[i] > expected[best] ? i : best;
    }
    assertEquals(best, result.index(), "frame " + frame);
    for (Result.Top top : result.top()) {
      int index = bundle.manifest().labels().indexOf(top.label());
      assertEquals(expected[index], top.confidence(), MOST, "frame " + frame);
    }
  }

  /** Waves of random direction and colour: smooth, as pictures are. */
  private static float[] picture(Random random) {
    float[] values = new float[3 * 32 * 32];
    for (int c = 0; c < 3; c++) {
      double fx = random.nextDouble();
      double fy = random.nextDouble();
      double phase = 6 * random.nextDouble();
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          values[(c * 32 + y) * 32 + x] = (float) (2 * Math.sin(fx * x + fy * y + phase));
        }
      }
    }
    return values;
  }

  private void send(String id, float[] values) {
    ByteBuffer payload =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    payload.asFloatBuffer().put(values);
    client.publish(
        Message.to(TOPICS.of(Topic.INPUT, "d", "cam"))
            .payload(payload.array())
            .property("dtype", "float32")
            .correlation(id.getBytes(StandardCharsets.UTF_8))
            .build());
  }

  private void assign(String agent) {
    List<Neighbour> neighbours =
        HELD.entrySet().stream()
            .filter(other -> !other.getKey().equals(agent))
            .map(other -> new Neighbour(other.getKey(), other.getValue()))
            .toList();
    PipelineRole role =
        new PipelineRole(
            "d",
            bundle.digest(),
            pipeline.name(),
            HELD.get(agent),
            "a",
            "e",
            neighbours,
            30_000,
            new ExitRule(ExitPolicy.MAX_SOFTMAX, 0.0, 0, null, null),
            PipelineRule.standard());
    Assignment assignment = new Assignment(1, 1, List.of(), List.of(), List.of(role));
    retain(TOPICS.of(Topic.AGENT_ASSIGNMENT, agent), Json.bytes(assignment));
  }

  private void retain(String topic, byte[] payload) {
    client.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
  }

  private void result(Message message) {
    try {
      results.add(Json.read(message.payload(), Result.class));
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  private void report(Message message) {
    try {
      if (!Json.read(message.payload(), Report.class).pipelines().isEmpty()) {
        running.add(TOPICS.parse(message.topic()).orElseThrow().name());
      }
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }
}
