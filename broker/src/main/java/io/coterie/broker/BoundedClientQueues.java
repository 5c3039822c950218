package io.coterie.broker;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import com.google.inject.Injector;
import com.hivemq.bootstrap.ClientConnection;
import com.hivemq.configuration.service.MqttConfigurationService.QueuedMessagesStrategy;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.mqtt.message.MessageWithID;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.pubrel.PUBREL;
import com.hivemq.persistence.clientqueue.ClientQueueLocalPersistence;
import com.hivemq.persistence.clientqueue.ClientQueuePersistence;
import com.hivemq.persistence.clientsession.ClientSessionPersistence;
import com.hivemq.persistence.connection.ConnectionPersistence;
import io.coterie.broker.QueueBudget.Queue;
import io.coterie.broker.QueueBudget.Verdict;
import io.coterie.protocol.runtime.RateLimit;
import io.netty.channel.Channel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HiveMQ's queues of clients, bounded by bytes. HiveMQ (2025.5) bounds what waits at QoS 1 by the
 * number of messages for each client alone, and has no setting for bytes, so this stands between
 * its logic and its queues. What is retained is not counted when a client subscribes: it is in
 * memory anyway.
 *
 * <p>Called by HiveMQ, for each bucket by one thread at a time.
 */
final class BoundedClientQueues implements ClientQueueLocalPersistence {
  private static final Logger log = LoggerFactory.getLogger(BoundedClientQueues.class);

  /** How long a client that is disconnected has to read the reason. */
  private static final long GOODBYE_MS = 1_000;

  private final ClientQueueLocalPersistence queues;
  private final ClientQueuePersistence owner;
  private final ClientSessionPersistence sessions;
  private final ConnectionPersistence connections;
  private final QueueBudget budget;
  private final Consumer<String> disconnect;
  private final RateLimit reports = new RateLimit(Duration.ofMinutes(1));

  private BoundedClientQueues(
      ClientQueueLocalPersistence queues,
      ClientQueuePersistence owner,
      Injector injector,
      QueueBudget budget,
      Consumer<String> disconnect) {
    this.queues = queues;
    this.owner = owner;
    this.sessions = injector.getInstance(ClientSessionPersistence.class);
    this.connections = injector.getInstance(ConnectionPersistence.class);
    this.budget = budget;
    this.disconnect = disconnect;
  }

  /**
   * Bounds the queues of a broker that has started.
   *
   * @param disconnect tells the client with this identifier why, and ends its connection
   * @throws BrokerException if the broker is another HiveMQ than the one this was written for
   */
  static void install(EmbeddedHiveMQ hiveMq, QueueBudget budget, Consumer<String> disconnect)
      throws BrokerException {
    try {
      Method method = hiveMq.getClass().getDeclaredMethod("getInjector");
      method.setAccessible(true);
      Injector injector = (Injector) method.invoke(hiveMq);
      ClientQueuePersistence owner = injector.getInstance(ClientQueuePersistence.class);
      Field field = owner.getClass().getDeclaredField("localPersistence");
      field.setAccessible(true);
      field.set(
          owner,
          new BoundedClientQueues(
              (ClientQueueLocalPersistence) field.get(owner), owner, injector, budget, disconnect));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new BrokerException("cannot bound the broker's queues: " + e, e);
    }
  }

  @Override
  public void add(
      String id,
      boolean shared,
      PUBLISH publish,
      long most,
      QueuedMessagesStrategy strategy,
      boolean retained,
      int bucket) {
    if (retained) {
      queues.add(id, shared, publish, most, strategy, true, bucket);
      return;
    }
    Queue queue = new Queue(id, shared, bucket);
    if (hasRoom(queue, publish)) {
      int before = size(queue);
      queues.add(id, shared, publish, most, strategy, false, bucket);
      if (size(queue) == before) {
        // HiveMQ's own limits have dropped it, or another one for it.
        budget.removed(queue, publish.getUniqueId());
      }
    }
  }

  @Override
  public void add(
      String id,
      boolean shared,
      List<PUBLISH> publishes,
      long most,
      QueuedMessagesStrategy strategy,
      boolean retained,
      int bucket) {
    publishes.forEach(publish -> add(id, shared, publish, most, strategy, retained, bucket));
  }

  private boolean hasRoom(Queue queue, PUBLISH publish) {
    long nowNs = System.nanoTime();
    long bytes = publish.getEstimatedSizeInMemory();
    if (budget.needsSweeping(nowNs)) {
      sweep();
    }
    if (budget.needsCleaning(queue, bytes, nowNs)) {
      ImmutableSet<String> unused = cleanUp(queue.bucket());
    }
    long seconds = Math.min(publish.getMessageExpiryInterval(), Integer.MAX_VALUE);
    long expiresMs = publish.getTimestamp() + TimeUnit.SECONDS.toMillis(seconds);
    Verdict verdict = budget.offer(queue, publish.getUniqueId(), bytes, expiresMs, nowNs);
    if (verdict == Verdict.STALLED && !queue.shared()) {
      end(queue);
    }
    return verdict == Verdict.TAKEN;
  }

  /** HiveMQ itself forgets what waited for a session that has ended only after minutes. */
  private void sweep() {
    for (String client : budget.clients()) {
      if (sessions.getSession(client, false) == null) {
        Future<?> unused = owner.clear(client, false);
      }
    }
  }

  /** Disconnects the client, or forgets what waits where only its session is left. */
  private void end(Queue queue) {
    ClientConnection connection = connections.get(queue.id());
    report(queue.id());
    if (connection == null) {
      clear(queue.id(), queue.shared(), queue.bucket());
      return;
    }
    disconnect.accept(queue.id());
    // It does not read, so its DISCONNECT may never be written.
    Channel channel = connection.getChannel();
    Runnable close =
        () -> {
          Future<?> unused = channel.close();
        };
    Future<?> unused = channel.eventLoop().schedule(close, GOODBYE_MS, TimeUnit.MILLISECONDS);
  }

  private void report(String clientId) {
    reports
        .pass(clientId, System.nanoTime())
        .ifPresent(
            unsaid ->
                log.warn(
                    "client disconnected: client={} reason=\"it does not take what waits for it\""
                        + " dropped={} waitingBytes={}",
                    clientId.replaceAll("[^ -~]", "?"),
                    budget.refused(),
                    budget.totalBytes()));
  }

  @Override
  public ImmutableList<PUBLISH> readNew(
      String id, boolean shared, ImmutableIntArray packetIds, long bytesLimit, int bucket) {
    ImmutableList<PUBLISH> read = queues.readNew(id, shared, packetIds, bytesLimit, bucket);
    Queue queue = new Queue(id, shared, bucket);
    if (!read.isEmpty()) {
      budget.moved(queue, System.nanoTime());
    }
    read.stream()
        .filter(publish -> publish.getQoS() == QoS.AT_MOST_ONCE)
        .forEach(publish -> budget.removed(queue, publish.getUniqueId()));
    recount(queue);
    return read;
  }

  @Override
  public ImmutableList<MessageWithID> readInflight(
      String id, boolean shared, int most, long bytesLimit, int bucket) {
    return queues.readInflight(id, shared, most, bytesLimit, bucket);
  }

  @Override
  public String replace(String id, PUBREL pubrel, int bucket) {
    return left(new Queue(id, false, bucket), queues.replace(id, pubrel, bucket));
  }

  @Override
  public String remove(String id, int packetId, int bucket) {
    return left(new Queue(id, false, bucket), queues.remove(id, packetId, bucket));
  }

  @Override
  public String remove(String id, int packetId, String message, int bucket) {
    return left(new Queue(id, false, bucket), queues.remove(id, packetId, message, bucket));
  }

  private String left(Queue queue, String message) {
    budget.moved(queue, System.nanoTime());
    if (message != null) {
      budget.removed(queue, message);
    }
    recount(queue);
    return message;
  }

  @Override
  public int size(String id, boolean shared, int bucket) {
    return queues.size(id, shared, bucket);
  }

  @Override
  public void clear(String id, boolean shared, int bucket) {
    queues.clear(id, shared, bucket);
    recount(new Queue(id, shared, bucket));
  }

  @Override
  public void removeAllQos0Messages(String id, boolean shared, int bucket) {
    queues.removeAllQos0Messages(id, shared, bucket);
    recount(new Queue(id, shared, bucket));
  }

  @Override
  public ImmutableSet<String> cleanUp(int bucket) {
    ImmutableSet<String> shared = queues.cleanUp(bucket);
    budget.sized(bucket, this::size, System.currentTimeMillis());
    return shared;
  }

  @Override
  public void removeShared(String id, String message, int bucket) {
    queues.removeShared(id, message, bucket);
    String unused = left(new Queue(id, true, bucket), message);
  }

  @Override
  public void removeInFlightMarker(String id, String message, int bucket) {
    queues.removeInFlightMarker(id, message, bucket);
  }

  @Override
  public void closeDB(int bucket) {
    queues.closeDB(bucket);
    budget.sized(bucket, queue -> 0, System.currentTimeMillis());
  }

  private void recount(Queue queue) {
    budget.sized(queue, size(queue), System.currentTimeMillis());
  }

  private int size(Queue queue) {
    return queues.size(queue.id(), queue.shared(), queue.bucket());
  }
}
