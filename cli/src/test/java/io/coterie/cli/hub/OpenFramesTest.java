package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.bus.InMemoryBroker;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OpenFramesTest {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);

  private final InMemoryBroker broker = new InMemoryBroker();
  private final MessageBus camera = broker.client();
  private final OpenFrames frames = new OpenFrames(TOPICS, broker.client());

  @BeforeEach
  void connect() {
    camera.start(() -> {});
    broker.deliverAll();
  }

  @Test
  void aFrameIsOpenUntilItsResult() {
    camera.publish(frame("porch", "1"));
    camera.publish(frame("garden", "1"));
    assertOpen(2);
    camera.publish(result("porch", "1"));
    assertOpen(1);
    camera.publish(result("garden", "1"));
    assertOpen(0);
  }

  @Test
  void aFrameWithoutCorrelationDataIsKnownByItsContent() {
    Message frame = Message.to(input("porch")).payload("pixels").build();
    camera.publish(frame);
    assertOpen(1);
    camera.publish(result("porch", FrameKey.of("porch", frame).frame()));
    assertOpen(0);
  }

  @Test
  void aRepeatThatGetsNoSecondResultIsForgotten() {
    camera.publish(frame("porch", "1"));
    camera.publish(result("porch", "1"));
    camera.publish(frame("porch", "1"));
    assertOpen(1);
    assertEquals(0, frames.count(System.nanoTime() + 2 * OpenFrames.FORGET_NS));
  }

  @Test
  void garbageIsNoResult() {
    camera.publish(frame("porch", "1"));
    camera.publish(Message.to(TOPICS.of(Topic.RESULT, "cam", "porch")).payload("{").build());
    assertOpen(1);
  }

  private void assertOpen(int count) {
    broker.deliverAll();
    assertEquals(count, frames.count(System.nanoTime()));
  }

  private static String input(String source) {
    return TOPICS.of(Topic.INPUT, "cam", source);
  }

  private static Message frame(String source, String id) {
    return Message.to(input(source))
        .payload("x")
        .correlation(id.getBytes(StandardCharsets.UTF_8))
        .build();
  }

  private static Message result(String source, String frame) {
    Result result =
        Result.without(
            Outcome.EXPIRED,
            new FrameKey(source, frame),
            new Result.Portions(0, 2),
            1,
            0,
            "no portion came in time");
    return Message.to(TOPICS.of(Topic.RESULT, "cam", source)).payload(Json.bytes(result)).build();
  }
}
