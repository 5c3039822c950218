package io.coterie.agent.student;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.coterie.agent.TinyBundle;
import io.coterie.agent.compute.Processor;
import io.coterie.agent.compute.Throttle;
import io.coterie.inference.OnnxEngine;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.runtime.ThreadLoop;
import io.coterie.protocol.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With graphs that run; nothing here depends on how fast. */
@Timeout(60)
final class InferenceWorkerTest {
  private static final TinyBundle BUNDLE = new TinyBundle();
  private static final long LONG_MS = 60_000;

  private final BlockingQueue<Portion> portions = new LinkedBlockingQueue<>();
  private final List<LoadedStudent> students = new ArrayList<>();
  private final ThreadLoop loop = new ThreadLoop("test");
  private final OnnxEngine engine = new OnnxEngine("test-inference");
  private final Processor processor = new Processor(loop, engine, new Throttle(1), 1);
  private final InferenceWorker worker =
      new InferenceWorker(
          "a",
          new Topics("t"),
          message -> portions.add(Portion.of(message).orElseThrow()),
          processor);

  @AfterEach
  void close() {
    end();
    loop.close();
    students.forEach(LoadedStudent::close);
  }

  /** Nothing is computed any more. */
  private void end() {
    worker.close();
    engine.close();
  }

  @Test
  void givesEveryExitsPortionStageByStageOverAllStudents() throws Exception {
    worker.assign(7, List.of(student(0, continuing()), student(1, continuing())), List.of());
    worker.frame(frame("f", 1, 2, 3, 0));
    for (int exit = 1; exit <= TinyBundle.EXITS; exit++) {
      for (int partition = 0; partition < 2; partition++) {
        Portion portion = next();
        assertEquals(exit, portion.exit());
        assertEquals(partition, portion.partition());
        assertEquals(Strategy.DISTREE, portion.strategy());
        assertEquals(7, portion.epoch());
        int factor = 1 << (exit - 1);
        assertArrayEquals(new float[] {3f * factor, 2f * factor}, portion.values());
      }
    }
    end();
    Report.ModelTime time = students.get(0).time();
    assertEquals(1, time.frames());
    assertEquals(List.of(1L, 1L, 1L), time.stages());
    assertEquals(Report.Stops.NONE, worker.stops());
  }

  @Test
  void aStudentOfOneStageGivesOnePortion() throws Exception {
    StudentRole role = new StudentRole("d", BUNDLE.digest(), 2, 0, "small", LONG_MS, null);
    worker.assign(7, List.of(student(role)), List.of());
    worker.frame(frame("f", 1, 2, 3, 0));
    Portion portion = next();
    assertEquals(Strategy.ROCOIN, portion.strategy());
    assertArrayEquals(new float[] {3, 2}, portion.values());
    end();
    assertEquals(List.of(1L), students.get(0).time().stages());
  }

  @Test
  void waitsForTheDecisionAndProceeds() throws Exception {
    worker.assign(7, List.of(student(0, waiting(LONG_MS))), List.of());
    worker.frame(frame("f", 1, 2, 3, 0));
    assertEquals(1, next().exit());
    tell(Control.Command.PROCEED, "f", 1);
    assertEquals(2, next().exit());
    tell(Control.Command.PROCEED, "f", 2);
    assertEquals(3, next().exit());
  }

  @Test
  void dropsTheRemainingStagesOfAFrameThatIsStopped() throws Exception {
    worker.assign(7, List.of(student(0, waiting(LONG_MS))), List.of());
    worker.frame(frame("f", 1, 2, 3, 0));
    assertEquals(1, next().exit());
    tell(Control.Command.STOP, "f", 1);
    worker.frame(frame("g", 1, 2, 3, 0));
    assertEquals("g", next().key().frame());
    assertEquals(new Report.Stops(1, 0, 0), worker.stops());
    Report.ModelTime time = students.get(0).time();
    assertEquals(1, time.frames());
    assertEquals(List.of(1L, 0L, 0L), time.stages());
  }

  @Test
  void dropsFramesThatWaitWhereTheirStopHasCome() throws Exception {
    worker.assign(7, List.of(student(0, waiting(LONG_MS))), List.of());
    worker.frame(frame("working", 1, 2, 3, 0));
    assertEquals("working", next().key().frame());
    worker.frame(frame("older", 1, 2, 3, 0));
    worker.frame(frame("answered", 1, 2, 3, 0));
    tell(Control.Command.STOP, "answered", 1);
    tell(Control.Command.STOP, "working", 1);
    assertEquals("older", next().key().frame());
    assertEquals(new Report.Stops(2, 0, 0), worker.stops());
  }

  @Test
  void goesOnWhereTheDecisionGotLost() throws Exception {
    worker.assign(7, List.of(student(0, waiting(300))), List.of());
    worker.frame(frame("f", 1, 2, 3, 0));
    for (int exit = 1; exit <= TinyBundle.EXITS; exit++) {
      assertEquals(exit, next().exit());
    }
  }

  @Test
  void takesAnotherAssignmentWhileItWaits() throws Exception {
    LoadedStudent before = student(0, waiting(LONG_MS));
    worker.assign(7, List.of(before), List.of());
    worker.frame(frame("f", 1, 2, 3, 0));
    assertEquals(1, next().exit());
    LoadedStudent after = student(1, waiting(LONG_MS));
    students.remove(before);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> worker.assign(8, List.of(after), List.of(before)));
    tell(Control.Command.PROCEED, "f", 1);
    Portion second = next();
    assertEquals(0, second.partition(), "the frame goes through its stages as it began");
    assertEquals(7, second.epoch());
    tell(Control.Command.STOP, "f", 2);
    worker.frame(frame("g", 1, 2, 3, 0));
    Portion third = next();
    assertEquals(1, third.partition());
    assertEquals(8, third.epoch());
  }

  @Test
  void ignoresGarbageOnTheControlTopic() {
    for (String garbage : List.of("", "{}", "stop", "{\"command\":\"stop\"}", "\u0000")) {
      worker.control("d", Message.to("t").payload(garbage).build());
    }
    assertEquals(Report.Stops.NONE, worker.stops());
  }

  @Test
  void countsStopsForFramesThatItNeverSaw() {
    tell(Control.Command.STOP, "never", 1);
    assertEquals(new Report.Stops(0, 0, 1), worker.stops());
  }

  @Test
  void saysWhichStrategyRejectsAFrame() throws Exception {
    worker.assign(7, List.of(student(0, continuing())), List.of());
    worker.frame(new Frame("d", key("f"), Message.to("t").payload("x").build(), now()));
    Portion rejection = next();
    assertEquals(Strategy.DISTREE, rejection.strategy());
    assertEquals(1, rejection.exit());
    assertNotNull(rejection.rejection());
    assertEquals(0, rejection.values().length);
  }

  private void tell(Control.Command command, String frame, int exit) {
    Control control = new Control(command, "cam", frame, exit);
    worker.control("d", Message.to("t").payload(Json.bytes(control)).build());
  }

  private Portion next() throws InterruptedException {
    Portion portion = portions.poll(30, TimeUnit.SECONDS);
    assertNotNull(portion, "no portion came");
    return portion;
  }

  private LoadedStudent student(int partition, StudentRole of) throws Exception {
    return student(
        new StudentRole(
            of.deployment(),
            of.bundle(),
            of.strategy(),
            of.k(),
            partition,
            of.student(),
            of.deadlineMs(),
            of.portions(),
            of.mode()));
  }

  private LoadedStudent student(StudentRole role) throws Exception {
    LoadedStudent student =
        LoadedStudent.load(role, BUNDLE.manifest(), BUNDLE.content()::get, processor);
    students.add(student);
    return student;
  }

  private static StudentRole continuing() {
    return role(LONG_MS, ExitRule.Mode.CONTINUE);
  }

  private static StudentRole waiting(long deadlineMs) {
    return role(deadlineMs, ExitRule.Mode.WAIT);
  }

  private static StudentRole role(long deadlineMs, ExitRule.Mode mode) {
    return new StudentRole(
        "d", BUNDLE.digest(), Strategy.DISTREE, 2, 0, "small", deadlineMs, null, mode);
  }

  private static Frame frame(String id, float... values) {
    ByteBuffer payload = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    payload.asFloatBuffer().put(values);
    Message message = Message.to("t").payload(payload.array()).property("dtype", "float32").build();
    return new Frame("d", key(id), message, now());
  }

  private static long now() {
    return System.nanoTime();
  }

  private static FrameKey key(String id) {
    return new FrameKey("cam", id);
  }
}
