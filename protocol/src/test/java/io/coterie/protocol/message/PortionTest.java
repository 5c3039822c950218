package io.coterie.protocol.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bus.Message;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PortionTest {
  private static final String BUNDLE = "0".repeat(64);

  @Test
  void survivesTheWire() {
    Portion sent =
        new Portion(new FrameKey("cam", "f1"), BUNDLE, 4, 2, 7, "a", new float[] {1, -2.5f, 0}, "");
    Portion received = Portion.of(sent.toMessage("t", 1, PortionEncoding.FLOAT32)).orElseThrow();
    assertEquals(sent.key(), received.key());
    assertEquals(4, received.k());
    assertEquals(2, received.partition());
    assertEquals(7, received.epoch());
    assertEquals("a", received.agent());
    assertArrayEquals(sent.values(), received.values());
  }

  @Test
  void tellsStrategyAndExitOnTheWire() {
    Message message = distree(3).toMessage("t", 1, PortionEncoding.FLOAT32);
    assertEquals("distree", message.property("strategy"));
    assertEquals("3", message.property("exit"));
    Portion received = Portion.of(message).orElseThrow();
    assertEquals(Strategy.DISTREE, received.strategy());
    assertEquals(3, received.exit());
  }

  @Test
  void readsAPortionThatTellsNeitherAsRocoins() {
    Portion received = Portion.of(message("agent", "a", new byte[8])).orElseThrow();
    assertEquals(Strategy.ROCOIN, received.strategy());
    assertEquals(1, received.exit());
  }

  @Test
  void bytesSurviveTheWireAlmost() {
    float[] values = {1, -2.5f, 0, 0.013f};
    Portion sent = new Portion(new FrameKey("cam", "f1"), BUNDLE, 4, 2, 7, "a", values, "");
    Message message = sent.toMessage("t", 1, PortionEncoding.INT8);
    assertEquals(4, message.payload().length);
    float[] received = Portion.of(message).orElseThrow().values();
    assertArrayEquals(values, received, 2.5f / 127 / 2 + 1e-6f);
    assertArrayEquals(PortionEncoding.INT8.roundTrip(values), received);
  }

  @Test
  void zerosAndNothingAreBytesToo() {
    for (float[] values : List.of(new float[0], new float[3])) {
      Portion sent = new Portion(new FrameKey("cam", "f1"), BUNDLE, 4, 2, 7, "a", values, "");
      Message message = sent.toMessage("t", 1, PortionEncoding.INT8);
      assertArrayEquals(values, Portion.of(message).orElseThrow().values());
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void whatIsNoNumberIsNotHiddenInBytes(float value) {
    float[] values = {1, value};
    Portion sent = new Portion(new FrameKey("cam", "f1"), BUNDLE, 4, 2, 7, "a", values, "");
    Message message = sent.toMessage("t", 1, PortionEncoding.INT8);
    assertArrayEquals(values, Portion.of(message).orElseThrow().values());
  }

  @Test
  void readsAScaleThatIsNoNumberAsNothing() {
    Portion sent =
        new Portion(new FrameKey("cam", "f1"), BUNDLE, 4, 2, 7, "a", new float[] {1}, "");
    Message message = sent.toMessage("t", 1, PortionEncoding.INT8);
    Message.Builder damaged = Message.to("t").payload(message.payload());
    message.properties().forEach((k, v) -> damaged.property(k, k.equals("scale") ? "x" : v));
    assertEquals(Optional.empty(), Portion.of(damaged.build()));
  }

  @Test
  void carriesARejection() {
    Portion sent =
        new Portion(new FrameKey("cam", "f1"), BUNDLE, 4, 2, 7, "a", new float[0], "no picture: ü");
    assertEquals(
        "no picture: ü",
        Portion.of(sent.toMessage("t", 1, PortionEncoding.FLOAT32)).orElseThrow().rejection());
  }

  @Test
  void cutsALongRejectionOff() {
    Portion sent =
        new Portion(
            new FrameKey("cam", "f1"), BUNDLE, 4, 2, 7, "a", new float[0], "no".repeat(65_000));
    assertEquals("no".repeat(130), sent.rejection());
  }

  @ParameterizedTest
  @CsvSource({
    "source, a/b",
    "source, ''",
    "frame, ''",
    "bundle, x",
    "k, 0",
    "k, x",
    "partition, 4",
    "partition, -1",
    "epoch, 0",
    "epoch, 99999999999999999999",
    "agent, ''",
    "agent, a board",
    "frame, no frame",
    "strategy, DISTREE",
    "strategy, other",
    "exit, 0",
    "exit, -1",
    "exit, x"
  })
  void readsDamagedHeadersAsNothing(String property, String value) {
    assertEquals(Optional.empty(), Portion.of(message(property, value, new byte[8])));
  }

  @Test
  void readsAPayloadOfHalfAValueAsNothing() {
    assertEquals(Optional.empty(), Portion.of(message("agent", "a", new byte[7])));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void neverThrowsWhateverArrives(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] payload = new byte[random.nextInt(40)];
      random.nextBytes(payload);
      Message.Builder message = Message.to("t").payload(payload);
      for (String name :
          new String[] {"source", "frame", "bundle", "k", "partition", "epoch", "agent"}) {
        byte[] value = new byte[random.nextInt(6)];
        random.nextBytes(value);
        message.property(name, new String(value, java.nio.charset.StandardCharsets.UTF_8));
      }
      assertEquals(Optional.empty(), Portion.of(message.build()), "seed " + seed + " step " + i);
    }
  }

  private static Portion distree(int exit) {
    FrameKey key = new FrameKey("cam", "f1");
    float[] values = {1, 2};
    return new Portion(key, BUNDLE, Strategy.DISTREE, 4, 2, exit, 7, "a", values, "");
  }

  private static Message message(String property, String value, byte[] payload) {
    return Message.to("t")
        .payload(payload)
        .property("source", "cam")
        .property("frame", "f")
        .property("bundle", BUNDLE)
        .property("k", "4")
        .property("partition", "1")
        .property("epoch", "3")
        .property("agent", "a")
        .property(property, value)
        .build();
  }
}
