package io.coterie.protocol.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.InboxMessage.Ack;
import io.coterie.protocol.message.InboxMessage.AckStatus;
import io.coterie.protocol.message.InboxMessage.Answer;
import io.coterie.protocol.message.InboxMessage.Task;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InboxMessageTest {
  private static final String BUNDLE = "b".repeat(64);
  private static final FrameKey KEY = new FrameKey("cam", "f1");

  private static Task task(int segment, Optional<Message> frame, float... activation) {
    return new Task(
        "t-1", "a", "porch", BUNDLE, "net", segment, KEY, 90, List.of("a"), frame, activation);
  }

  private static InboxMessage travelled(InboxMessage message) {
    return InboxMessage.of(message.toMessage("inbox")).orElseThrow();
  }

  @Test
  void anActivationTravels() {
    Task there = (Task) travelled(task(2, Optional.empty(), 1, -2.5f));
    assertArrayEquals(new float[] {1, -2.5f}, there.activation());
    assertEquals(Optional.empty(), there.frame());
    assertEquals("t-1 a porch net", describe(there));
    assertEquals(KEY, there.key());
    assertEquals(90, there.remainingMs());
    assertEquals(List.of("a"), there.path());
  }

  private static String describe(Task task) {
    return String.join(" ", task.id(), task.sender(), task.deployment(), task.pipeline());
  }

  @Test
  void aPictureTravelsAsItWasPublished() {
    byte[] bytes = {1, 2, 3};
    Message tensor =
        Message.to("input")
            .payload(bytes)
            .property("dtype", "uint8")
            .property("shape", "1,1,3")
            .property("frame", "another name")
            .build();
    Task there = (Task) travelled(task(1, Optional.of(tensor)));
    assertArrayEquals(bytes, there.frame().orElseThrow().payload());
    assertEquals("uint8", there.frame().orElseThrow().property("dtype"));
    assertEquals("1,1,3", there.frame().orElseThrow().property("shape"));
    assertEquals(KEY, there.key());
    assertEquals(0, there.activation().length);
  }

  @Test
  void onlySegment1ReadsAPicture() {
    assertThrows(IllegalArgumentException.class, () -> task(1, Optional.empty(), 1));
    Optional<Message> picture = Optional.of(Message.to("input").build());
    assertThrows(IllegalArgumentException.class, () -> task(2, picture, 1));
  }

  @Test
  void receiptsAndAnswersTravel() {
    Ack ack = new Ack("t-1", "b", "porch", AckStatus.REFUSED, 1.5);
    assertEquals(ack, travelled(ack));
    Answer answer =
        new Answer("porch", BUNDLE, "net", KEY, 2, List.of("a", "b"), new float[] {1, 2});
    Answer there = (Answer) travelled(answer);
    assertArrayEquals(answer.logits(), there.logits());
    assertEquals(answer.path(), there.path());
    assertEquals(2, there.exit());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"id", "sender", "deployment", "bundle", "segment", "remainingMs", "frame"})
  void ignoresWhatLacksAProperty(String missing) {
    Message whole = task(2, Optional.empty(), 1).toMessage("inbox");
    Message.Builder less = Message.to("inbox").payload(whole.payload());
    whole.properties().forEach((name, value) -> less.property(name, drop(name, value, missing)));
    assertEquals(Optional.empty(), InboxMessage.of(less.build()));
  }

  private static String drop(String name, String value, String missing) {
    return name.equals(missing) ? "" : value;
  }

  @Test
  void ignoresWhatIsNoFloat32() {
    Message.Builder odd = Message.to("inbox").payload(new byte[3]);
    task(2, Optional.empty(), 1).toMessage("inbox").properties().forEach(odd::property);
    assertEquals(Optional.empty(), InboxMessage.of(odd.build()));
    assertEquals(Optional.empty(), InboxMessage.of(Message.to("inbox").payload("hello").build()));
  }
}
