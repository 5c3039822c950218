package io.coterie.agent.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The camera's thread: from a trigger or the rate to a frame, and its result back. */
@Timeout(60)
final class CameraTest {
  private static final byte[] PICTURE = {1, 2, 3};

  private final BlockingQueue<Message> published = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> problems = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> looked = new LinkedBlockingQueue<>();
  private final AtomicBoolean connected = new AtomicBoolean(true);
  private Camera camera;

  private void start(OptionalLong everyMs, PictureSource source) {
    CameraSettings settings =
        new CameraSettings("porch", new CameraSettings.Command(List.of("x")), everyMs, 1000);
    camera =
        new Camera(
            "kitchen",
            settings,
            source,
            new Topics("coterie"),
            published::add,
            () -> {
              looked.add("looked");
              return connected.get();
            },
            problems::add);
  }

  @AfterEach
  void close() {
    camera.close();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(30, TimeUnit.SECONDS);
    assertNotNull(next, "nothing came");
    return next;
  }

  private static byte[] result(String frame) {
    return ("{\"frame\":\""
            + frame
            + "\",\"source\":\"kitchen\",\"status\":\"ok\",\"label\":\"cat\",\"index\":1,"
            + "\"confidence\":0.9,\"portions\":{\"have\":1,\"of\":1},\"epoch\":1,\"latencyMs\":1}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String frame(Message message) {
    return new String(message.correlation(), StandardCharsets.US_ASCII);
  }

  @Test
  void publishesFramesOfItsOwnSourceAndTakesTheirResults() throws Exception {
    start(OptionalLong.of(20), () -> Optional.of(PICTURE));
    Message first = next(published);
    Message second = next(published);
    assertEquals("coterie/deployments/porch/input/kitchen", first.topic());
    assertEquals(PICTURE, first.payload());
    assertNotEquals(frame(first), frame(second));
    camera.result(result(frame(first)));
    camera.result(result(frame(first)));
    camera.result(result("of-another"));
    camera.result("no JSON".getBytes(StandardCharsets.UTF_8));
    Report.Capture report = camera.report();
    assertEquals(1, report.answered());
    assertEquals("cat", report.answer());
    assertTrue(report.taken() >= 2);
    assertNull(report.problem());
  }

  /** They would wait in the broker for a board that does not read. */
  @Test
  void framesExpireWithTheDeadlineOfTheirDeployment() throws Exception {
    start(OptionalLong.empty(), () -> Optional.of(PICTURE));
    camera.trigger();
    assertEquals(60, next(published).expirySeconds(), "the longest deadline there is");
    FuserRole role = new FuserRole("porch", "a".repeat(64), 1, List.of(0), 1_500, 1);
    Assignment assignment = new Assignment(1, 1, List.of(), List.of(role));
    camera.deadline(assignment.deadlineMs(camera.deployment()));
    camera.trigger();
    assertEquals(2, next(published).expirySeconds());
    camera.deadline(Assignment.NONE.deadlineMs(camera.deployment()));
    camera.trigger();
    assertEquals(60, next(published).expirySeconds());
  }

  @Test
  void takesOnePictureForATrigger() throws Exception {
    start(OptionalLong.empty(), () -> Optional.of(PICTURE));
    camera.trigger();
    next(published);
    camera.close();
    assertEquals(0, published.size());
    assertEquals(1, camera.report().taken());
  }

  @Test
  void saysOnceWhyItCannotAndGoesOn() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    start(
        OptionalLong.of(20),
        () -> {
          if (broken.get()) {
            throw new CaptureException("no camera here");
          }
          return Optional.of(PICTURE);
        });
    assertEquals("camera: no camera here; tried again in 1 s, then less often", next(problems));
    assertEquals("no camera here", camera.report().problem());
    broken.set(false);
    next(published);
    camera.close();
    assertNull(camera.report().problem());
    assertEquals(0, problems.size());
  }

  @Test
  void takesNothingWhileTheBrokerIsAway() throws Exception {
    connected.set(false);
    start(OptionalLong.of(20), () -> Optional.of(PICTURE));
    next(looked);
    next(looked);
    assertEquals(0, camera.report().taken());
    connected.set(true);
    next(published);
  }
}
