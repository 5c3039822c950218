package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What boards of a pipeline say to one another (strategy mdi-exit): a task with what it reads, the
 * acknowledgement for one, or an answer on its way to the source. The payload is little-endian
 * float32, or the picture as it was published; everything else are user properties.
 */
public sealed interface InboxMessage {
  /**
   * To compute a segment for a frame. The sender keeps it until it has an acknowledgement.
   *
   * @param id unique among the tasks of its sender
   * @param sender agent that wants the acknowledgement
   * @param bundle digest of the bundle's manifest
   * @param segment from 1
   * @param key the frame's identity
   * @param remainingMs time until the frame's deadline when the task was sent; boards' clocks
   *     differ
   * @param path agents that computed the segments before, in order
   * @param frame the picture, for segment 1 only; its payload, {@code dtype} and {@code shape}
   *     travel
   * @param activation what any other segment reads; empty for segment 1
   */
  record Task(
      String id,
      String sender,
      String deployment,
      String bundle,
      String pipeline,
      int segment,
      FrameKey key,
      long remainingMs,
      List<String> path,
      Optional<Message> frame,
      float[] activation)
      implements InboxMessage {
    public Task {
      Topics.checkName(id, "id");
      Topics.checkName(sender, "sender");
      Topics.checkName(deployment, "deployment");
      Digest.check(bundle, "bundle");
      Check.text(pipeline, "pipeline");
      Check.positive(segment, "segment");
      Check.present(key, "key");
      path = Check.list(path, "path");
      Check.present(frame, "frame");
      Check.present(activation, "activation");
      if (frame.isPresent() != (segment == 1)) {
        throw new IllegalArgumentException("a picture is for segment 1: segment=" + segment);
      }
    }
  }

  /**
   * What became of a task.
   *
   * @param id of the task
   * @param sender agent that got it
   * @param heldMs time that it spent there
   */
  record Ack(String id, String sender, String deployment, AckStatus status, double heldMs)
      implements InboxMessage {
    public Ack {
      Topics.checkName(id, "id");
      Topics.checkName(sender, "sender");
      Topics.checkName(deployment, "deployment");
      Check.present(status, "status");
      if (!(heldMs >= 0) || Double.isInfinite(heldMs)) {
        throw new IllegalArgumentException("must be a finite number >= 0: heldMs=" + heldMs);
      }
    }
  }

  /** What became of a task. */
  enum AckStatus {
    /** The frame was answered, or its next task passed on. */
    DONE,
    /** Handed back: the receiver does not hold the segment, or its queue is full. */
    REFUSED;

    /** As it is written in messages. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * An answer for the source.
   *
   * @param exit that answers, from 1
   * @param path agents that computed the segments, in order
   * @param logits one value per label
   */
  record Answer(
      String deployment,
      String bundle,
      String pipeline,
      FrameKey key,
      int exit,
      List<String> path,
      float[] logits)
      implements InboxMessage {
    public Answer {
      Topics.checkName(deployment, "deployment");
      Digest.check(bundle, "bundle");
      Check.text(pipeline, "pipeline");
      Check.present(key, "key");
      Check.positive(exit, "exit");
      path = Check.list(path, "path");
      Check.present(logits, "logits");
    }
  }

  String deployment();

  /** The message that carries this to an inbox. */
  default Message toMessage(String topic) {
    Message.Builder message = Message.to(topic).property("deployment", deployment());
    if (this instanceof Task task) {
      task.frame().ifPresent(frame -> copy(frame, message));
      if (task.frame().isEmpty()) {
        message.payload(PortionEncoding.FLOAT32.encode(task.activation(), 1));
      }
      message
          .expirySeconds(Math.max(1, (task.remainingMs() + 999) / 1000))
          .property("kind", "task")
          .property("id", task.id())
          .property("sender", task.sender())
          .property("bundle", task.bundle())
          .property("pipeline", task.pipeline())
          .property("segment", Integer.toString(task.segment()))
          .property("source", task.key().source())
          .property("frame", task.key().frame())
          .property("remainingMs", Long.toString(task.remainingMs()))
          .property("path", String.join(",", task.path()));
    } else if (this instanceof Ack ack) {
      message
          .property("kind", "ack")
          .property("id", ack.id())
          .property("sender", ack.sender())
          .property("status", ack.status().text())
          .property("heldMs", Double.toString(ack.heldMs()));
    } else if (this instanceof Answer answer) {
      message
          .payload(PortionEncoding.FLOAT32.encode(answer.logits(), 1))
          .property("kind", "answer")
          .property("bundle", answer.bundle())
          .property("pipeline", answer.pipeline())
          .property("source", answer.key().source())
          .property("frame", answer.key().frame())
          .property("exit", Integer.toString(answer.exit()))
          .property("path", String.join(",", answer.path()));
    }
    return message.build();
  }

  /** Reads a message of an inbox; nothing if it is none. Values may be anything, also NaN. */
  static Optional<InboxMessage> of(Message message) {
    try {
      return switch (message.property("kind")) {
        case "task" -> Optional.of(task(message));
        case "ack" -> Optional.of(ack(message));
        case "answer" -> Optional.of(answer(message));
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What it takes to decode a picture. */
  private static void copy(Message frame, Message.Builder to) {
    to.payload(frame.payload());
    for (String name : List.of(FrameDecoder.DTYPE, FrameDecoder.SHAPE)) {
      if (!frame.property(name).isEmpty()) {
        to.property(name, frame.property(name));
      }
    }
  }

  private static Task task(Message message) {
    boolean first = message.property("segment").equals("1");
    return new Task(
        message.property("id"),
        message.property("sender"),
        message.property("deployment"),
        message.property("bundle"),
        message.property("pipeline"),
        Integer.parseInt(message.property("segment")),
        new FrameKey(message.property("source"), message.property("frame")),
        Long.parseLong(message.property("remainingMs")),
        path(message),
        first ? Optional.of(message) : Optional.empty(),
        first ? new float[0] : floats(message));
  }

  private static Ack ack(Message message) {
    return new Ack(
        message.property("id"),
        message.property("sender"),
        message.property("deployment"),
        AckStatus.valueOf(message.property("status").toUpperCase(Locale.ROOT)),
        Double.parseDouble(message.property("heldMs")));
  }

  private static Answer answer(Message message) {
    return new Answer(
        message.property("deployment"),
        message.property("bundle"),
        message.property("pipeline"),
        new FrameKey(message.property("source"), message.property("frame")),
        Integer.parseInt(message.property("exit")),
        path(message),
        floats(message));
  }

  private static List<String> path(Message message) {
    List<String> path = new ArrayList<>();
    for (String agent : message.property("path").split(",", -1)) {
      if (!agent.isEmpty()) {
        path.add(Topics.checkName(agent, "path"));
      }
    }
    return path;
  }

  private static float[] floats(Message message) {
    if (message.payload().length % Float.BYTES != 0) {
      throw new IllegalArgumentException("not float32: bytes=" + message.payload().length);
    }
    return PortionEncoding.FLOAT32.decode(message.payload(), 1);
  }
}
