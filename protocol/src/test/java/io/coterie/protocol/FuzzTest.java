package io.coterie.protocol;

import static org.junit.jupiter.api.Assertions.fail;

import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.PortionEncoding;
import io.coterie.protocol.topic.Topics;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever comes over the wire or lies on a disk, reading it ends in a value or in the exception
 * that is promised for it. {@code -Dcoterie.fuzz=N} tries N inputs for each reader.
 */
final class FuzzTest {
  private static final int INPUTS = Integer.getInteger("coterie.fuzz", 3_000);
  private static final String BUNDLE = "b".repeat(64);
  private static final FrameKey KEY = new FrameKey("cam", "f1");

  /** Reads an input; throws only what it promises. */
  private interface Reader {
    void read(byte[] input) throws JsonException, FrameRejectedException;
  }

  private static void fuzz(List<byte[]> corpus, long seed, Reader reader) {
    for (int i = 0; i < INPUTS; i++) {
      Mutation mutation = new Mutation(seed * 1_000_000_007L + i);
      byte[] input = mutation.of(corpus);
      try {
        reader.read(input);
      } catch (JsonException | FrameRejectedException e) {
        if (e.getMessage() == null || e.getMessage().isEmpty()) {
          fail("input " + i + " of seed " + seed + " is refused without a reason: " + hex(input));
        }
      } catch (RuntimeException | StackOverflowError e) {
        fail("input " + i + " of seed " + seed + ": " + hex(input), e);
      }
    }
  }

  private static String hex(byte[] input) {
    return HexFormat.of().formatHex(input, 0, Math.min(input.length, 2_000));
  }

  static Stream<String> messages() {
    return Stream.of(
        "AgentState-1",
        "Capability-1",
        "Assignment-5",
        "Control-1",
        "DeploymentSpec-5",
        "PlanMessage-4",
        "Report-5",
        "Result-2",
        "Load-1",
        "Admitted-1",
        "OrchestratorState-1");
  }

  @ParameterizedTest
  @MethodSource("messages")
  void messagesAreReadOrRefused(String file) throws Exception {
    String name = "io.coterie.protocol.message." + file.substring(0, file.indexOf('-'));
    Class<?> type = Class.forName(name);
    List<byte[]> corpus = List.of(resource("message/" + file + ".json"));
    fuzz(corpus, file.hashCode(), input -> Json.read(input, type));
  }

  @Test
  void manifestsAreReadOrRefused() throws Exception {
    byte[] manifest = resource("bundle/manifest.json");
    Json.read(manifest, Manifest.class);
    fuzz(List.of(manifest), 2, input -> Json.read(input, Manifest.class));
  }

  @Test
  void portionsAreReadOrIgnored() {
    Portion portion = new Portion(KEY, BUNDLE, 3, 1, 5, "a", new float[] {1, 2}, "");
    Message message = portion.toMessage("portions", 1, PortionEncoding.INT8);
    fuzz(packed(message), 3, input -> Portion.of(unpacked(input)));
  }

  @Test
  void inboxMessagesAreReadOrIgnored() {
    List<byte[]> corpus = new ArrayList<>();
    float[] values = {1, 2};
    Optional<Message> picture = Optional.of(Message.to("p").payload(new byte[9]).build());
    List<String> path = List.of("a");
    Stream.of(
            new InboxMessage.Task(
                "t", "a", "d", BUNDLE, "net", 2, KEY, 90, path, Optional.empty(), values),
            new InboxMessage.Task(
                "t", "a", "d", BUNDLE, "net", 1, KEY, 90, path, picture, new float[0]),
            new InboxMessage.Ack("t", "a", "d", InboxMessage.AckStatus.DONE, 1.5),
            new InboxMessage.Answer("d", BUNDLE, "net", KEY, 1, path, values))
        .forEach(message -> corpus.addAll(packed(message.toMessage("inbox"))));
    fuzz(corpus, 4, input -> InboxMessage.of(unpacked(input)));
  }

  @Test
  void framesHaveAnIdentityWhateverTheyAre() {
    Message message = Message.to("input").payload("x").correlation(new byte[] {1}).build();
    fuzz(
        packed(message),
        5,
        input -> {
          Message frame = unpacked(input);
          Message with =
              Message.to("input").payload(frame.payload()).correlation(frame.payload()).build();
          FrameKey.of("cam", with);
          FrameKey.of("cam", frame);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void picturesAreDecodedOrRefused(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(9, 7, BufferedImage.TYPE_3BYTE_BGR), format, out);
    InputSpec spec = new InputSpec(3, 4, 4, List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2));
    FloatBuffer into = FloatBuffer.allocate(spec.size());
    fuzz(
        List.of(out.toByteArray()),
        format.hashCode(),
        input -> FrameDecoder.decode(input, "", "", spec, into.clear()));
  }

  @Test
  void tensorsAreDecodedOrRefused() {
    InputSpec spec = new InputSpec(1, 2, 2, List.of(0.5), List.of(0.2));
    FloatBuffer into = FloatBuffer.allocate(spec.size());
    Message message =
        Message.to("input")
            .payload(new byte[16])
            .property("dtype", "float32")
            .property("shape", "1,2,2")
            .build();
    fuzz(
        packed(message),
        6,
        input -> {
          Message frame = unpacked(input);
          FrameDecoder.decode(
              frame.payload(),
              frame.property("dtype"),
              frame.property("shape"),
              spec,
              into.clear());
        });
  }

  @Test
  void topicsMeanSomethingOrNothing() {
    Topics topics = new Topics("coterie");
    List<byte[]> corpus =
        Stream.of("coterie/agents/a/state", "coterie/deployments/d/result/cam", "coterie/#")
            .map(FuzzTest::utf8)
            .toList();
    fuzz(
        corpus,
        7,
        input -> {
          String topic = new String(input, StandardCharsets.UTF_8);
          topics.parse(topic);
          Topics.matches(topic, "coterie/agents/a/state");
          Topics.matches("coterie/+/a/#", topic);
        });
  }

  @Test
  void brokerAddressesAreReadOrRefused() {
    List<byte[]> corpus = List.of(utf8("mqtt://127.0.0.1:1883,[::1]:99,host"));
    fuzz(
        corpus,
        8,
        input -> {
          try {
            ConnectionOptions.parseBrokers(new String(input, StandardCharsets.UTF_8));
          } catch (IllegalArgumentException e) {
            throw new JsonException(e.getMessage());
          }
        });
  }

  /** A message as lines of text, so that names and values of its properties are mutated too. */
  private static List<byte[]> packed(Message message) {
    StringBuilder lines = new StringBuilder();
    message.properties().forEach((name, value) -> lines.append(name + "=" + value + "\n"));
    String payload = new String(message.payload(), StandardCharsets.ISO_8859_1);
    return List.of((lines + "\n" + payload).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Message unpacked(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\n\n");
    Map<String, String> properties = new LinkedHashMap<>();
    for (String line : text.substring(0, Math.max(0, end)).split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        properties.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    String payload = end < 0 ? text : text.substring(end + 2);
    Message.Builder message =
        Message.to("t").payload(payload.getBytes(StandardCharsets.ISO_8859_1));
    properties.forEach(message::property);
    return message.build();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] resource(String path) throws IOException {
    try (InputStream in = FuzzTest.class.getResourceAsStream(path)) {
      return in.readAllBytes();
    }
  }
}
