package io.coterie.protocol.arrival;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Publishes results on the deployment's result topic and on the response topic of the frame.
 * Thread-safe.
 */
public record ResultSender(Topics topics, Consumer<Message> publisher) {
  private static final int TOP = 3;

  /** Publishes on the result topic, and on the response topic that the frame named. */
  public void send(String deployment, FrameArrival frame, Result result) {
    byte[] json = Json.bytes(result);
    String topic = topics.of(Topic.RESULT, deployment, frame.key().source());
    publisher.accept(message(topic, json, frame));
    String responseTopic = frame.responseTopic();
    if (!responseTopic.equals(topic) && mayAnswerOn(responseTopic)) {
      publisher.accept(message(responseTopic, json, frame));
    }
  }

  private static Message message(String topic, byte[] json, FrameArrival frame) {
    return frame
        .trace()
        .mark(
            Message.to(topic)
                .payload(json)
                .qos(1)
                .contentType("application/json")
                .correlation(frame.correlation())
                .build());
  }

  /**
   * Whether a response topic may be used: publishers must not make an agent publish to the fleet's
   * own topics.
   */
  private boolean mayAnswerOn(String topic) {
    boolean valid = !topic.isEmpty() && !topic.contains("+") && !topic.contains("#");
    boolean ours = topic.equals(topics.base()) || topic.startsWith(topics.base() + "/");
    return valid && !ours && !topic.startsWith("$");
  }

  /** The labels by falling probability, at most {@value #TOP}. */
  public static List<Result.Top> top(List<String> labels, double[] probabilities) {
    return IntStream.range(0, labels.size())
        .mapToObj(i -> new Result.Top(labels.get(i), probabilities[i]))
        .sorted(Comparator.comparingDouble(Result.Top::confidence).reversed())
        .limit(TOP)
        .toList();
  }
}
