package io.coterie.broker;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.interceptor.publish.PublishInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.extension.sdk.api.services.publish.RetainedMessageStore;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.topic.Topics;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Our part inside the broker: admits clients, and connects in-process buses.
 *
 * <p>Thread-safe once the broker has started.
 */
final class HubExtension implements ExtensionMain {
  private final Admission admission;
  private final List<BrokerBus> buses = new CopyOnWriteArrayList<>();
  private final RecentlyRetained recentlyRetained = new RecentlyRetained();

  private volatile String refused = "";

  // HiveMQ's services are static and belong to the broker that started last: keep our own.
  private PublishService publishService;
  private RetainedMessageStore retainedStore;

  HubExtension(Admission admission) {
    this.admission = admission;
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    publishService = Services.publishService();
    retainedStore = Services.retainedMessageStore();
    SimpleAuthenticator authenticator = this::authenticate;
    Services.securityRegistry().setAuthenticatorProvider(provider -> authenticator);
    PublishInboundInterceptor interceptor = this::intercepted;
    Services.initializerRegistry()
        .setClientInitializer((in, client) -> client.addPublishInboundInterceptor(interceptor));
    Wills wills = new Wills(this::heard);
    Services.eventRegistry().setClientLifecycleEventListener(provider -> wills);
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

  private void authenticate(SimpleAuthInput input, SimpleAuthOutput output) {
    ConnectPacket connect = input.getConnectPacket();
    Admission.Applicant applicant =
        new Admission.Applicant(
            connect.getClientId(),
            input.getConnectionInformation().getInetAddress(),
            connect.getUserName().orElse(""),
            connect.getPassword().map(HubExtension::bytes).orElse(new byte[0]));
    if (admission.admits(applicant)) {
      output.authenticateSuccessfully();
    } else {
      output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private void intercepted(PublishInboundInput input, PublishInboundOutput output) {
    PublishPacket packet = input.getPublishPacket();
    if (!refused.isEmpty() && Topics.matches(refused, packet.getTopic())) {
      output.preventPublishDelivery(AckReasonCode.QUOTA_EXCEEDED, "this broker is about to close");
      return;
    }
    boolean wanted = buses.stream().anyMatch(bus -> bus.wants(packet.getTopic()));
    if (wanted || packet.getRetain()) {
      heard(Packets.message(packet));
    }
  }

  private void heard(Message message) {
    if (message.retained()) {
      recentlyRetained.add(message);
    }
    Message live = Packets.live(message);
    buses.forEach(bus -> bus.receive(live));
  }

  void attach(BrokerBus bus) {
    buses.add(bus);
  }

  void detach(BrokerBus bus) {
    buses.remove(bus);
  }

  /** To all clients and in-process buses; fails where the broker has stopped. */
  CompletableFuture<Void> publish(Message message) {
    heard(message);
    return publishService.publish(Packets.publish(message));
  }

  /**
   * Hands on every retained message that the filter covers, also those on their way to the store;
   * the future ends after the last one.
   */
  CompletableFuture<Void> retained(String filter, Consumer<Message> consumer) {
    Map<String, Message> recent = recentlyRetained.covered(filter);
    return retainedStore
        .iterateAllRetainedMessages(
            (context, stored) -> {
              String topic = stored.getTopic();
              if (Topics.matches(filter, topic) && !recent.containsKey(topic)) {
                consumer.accept(Packets.retained(stored));
              }
            })
        .thenRun(
            () ->
                recent.values().stream()
                    .filter(message -> message.payload().length > 0)
                    .forEach(consumer));
  }

  /** Refuses what the filter covers; nothing where it is empty. */
  void refuse(String filter) {
    refused = filter;
  }

  CompletableFuture<Void> forget() {
    recentlyRetained.clear();
    return retainedStore.clear();
  }

  /** Tells the buses that the broker is about to stop. */
  void stop() {
    buses.forEach(BrokerBus::brokerStopped);
  }
}
