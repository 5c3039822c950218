package io.coterie.cli.fleet;

import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One deployment as seen from outside: publishes what is wanted, follows the plans. */
public final class Deployment implements AutoCloseable {
  private final MessageBus bus;
  private final Topics topics;
  private final String name;
  private final BlockingQueue<PlanMessage> plans = new LinkedBlockingQueue<>();

  public Deployment(MessageBus bus, Topics topics, String name) {
    this.bus = bus;
    this.topics = topics;
    this.name = name;
    bus.subscribe(topics.of(Topic.DEPLOYMENT_PLAN, name), 1, this::received);
  }

  private void received(Message message) {
    try {
      plans.add(Json.read(message.payload(), PlanMessage.class));
    } catch (JsonException e) {
      // An empty payload says that the deployment is gone; no plan to wait for.
    }
  }

  /** Publishes the bundle's deployable files and the wish to run it. */
  public void deploy(Bundle bundle, long deadlineMs, double successProbability) {
    String teacher = bundle.manifest().teacher().model().sha256();
    bundle
        .content()
        .forEach(
            (digest, bytes) -> {
              if (!digest.equals(teacher)) {
                publish(topics.of(Topic.MODEL, digest), bytes);
              }
            });
    DeploymentSpec spec =
        new DeploymentSpec(bundle.digest(), "rocoin", deadlineMs, successProbability);
    publish(topics.of(Topic.DEPLOYMENT_SPEC, name), Json.bytes(spec));
  }

  /** Takes the deployment back. */
  public void remove() {
    publish(topics.of(Topic.DEPLOYMENT_SPEC, name), new byte[0]);
  }

  private void publish(String topic, byte[] payload) {
    bus.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
  }

  /**
   * Waits for a plan.
   *
   * @return the first plan that is wanted, or else the last one there was
   */
  public Optional<PlanMessage> await(Predicate<PlanMessage> wanted, long timeoutMs)
      throws InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    Optional<PlanMessage> last = Optional.empty();
    while (true) {
      PlanMessage plan = plans.poll(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (plan == null) {
        return last;
      }
      last = Optional.of(plan);
      if (wanted.test(plan)) {
        return last;
      }
    }
  }

  @Override
  public void close() {
    bus.unsubscribe(topics.of(Topic.DEPLOYMENT_PLAN, name));
  }
}
