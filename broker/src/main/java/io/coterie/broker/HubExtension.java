package io.coterie.broker;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.PublishAuthorizer;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.SubscriptionAuthorizer;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerOutput;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.client.parameter.Listener;
import com.hivemq.extension.sdk.api.client.parameter.ListenerType;
import com.hivemq.extension.sdk.api.interceptor.publish.PublishInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.packets.general.MqttVersion;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.extension.sdk.api.services.publish.RetainedMessageStore;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.topic.Topics;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Coterie's extension inside the broker: authenticates and authorises clients, applies the publish
 * filter, and connects the in-process buses.
 *
 * <p>Thread-safe once the broker has started.
 */
final class HubExtension implements ExtensionMain {
  /** Of a user's name. */
  private static final int MAX_NAME_CHARACTERS = 256;

  /** Of all user properties of a message, for they are kept beside its payload. */
  private static final int MAX_PROPERTY_CHARACTERS = 8_192;

  private final Authenticator authenticator;
  private final ClientRegistry clients = new ClientRegistry();
  private final List<InProcessBus> buses = new CopyOnWriteArrayList<>();
  private final PendingRetained pendingRetained = new PendingRetained();

  private volatile PublishFilter publishFilter = PublishFilter.ACCEPT_ALL;

  // HiveMQ's services are static and belong to the broker that started last: keep our own.
  private PublishService publishService;
  private RetainedMessageStore retainedStore;
  private ClientService clientService;

  HubExtension(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    publishService = Services.publishService();
    retainedStore = Services.retainedMessageStore();
    clientService = Services.clientService();
    SimpleAuthenticator simpleAuthenticator = this::authenticate;
    Services.securityRegistry().setAuthenticatorProvider(provider -> simpleAuthenticator);
    if (authenticator.restrictsClients()) {
      HiveMqAuthorizer authorizer = new HiveMqAuthorizer();
      Services.securityRegistry().setAuthorizerProvider(provider -> authorizer);
    }
    PublishInboundInterceptor interceptor = this::intercepted;
    SubscriptionTracker tracker = new SubscriptionTracker(clients);
    Services.initializerRegistry()
        .setClientInitializer(
            (in, client) -> {
              client.addPublishInboundInterceptor(interceptor);
              tracker.watch(client);
            });
    WillForwarder willForwarder = new WillForwarder(clients, this::heard);
    Services.eventRegistry().setClientLifecycleEventListener(provider -> willForwarder);
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

  private void authenticate(SimpleAuthInput input, SimpleAuthOutput output) {
    ConnectPacket connect = input.getConnectPacket();
    Authenticator.ConnectRequest request =
        new Authenticator.ConnectRequest(
            connect.getClientId(),
            input.getConnectionInformation().getInetAddress(),
            isEncrypted(input.getConnectionInformation()),
            connect.getUserName().orElse(""),
            connect.getPassword().map(HubExtension::bytes).orElse(new byte[0]));
    Optional<Authenticator.Principal> principal =
        request.userName().length() > MAX_NAME_CHARACTERS
            ? Optional.empty()
            : authenticator.authenticate(request);
    boolean registered =
        principal.isPresent()
            && clients.register(
                connect.getClientId(), principal.get(), input.getConnectionInformation());
    if (registered) {
      output.authenticateSuccessfully();
    } else {
      output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED);
    }
  }

  /**
   * Whether the client may publish the packet. A response topic has to be one that the client
   * itself may read.
   */
  private boolean permits(ConnectionInformation connection, PublishPacket packet) {
    return clients
        .connectionOf(connection)
        .map(
            client ->
                client.mayPublish(packet.getTopic(), packet.getRetain())
                    && packet.getResponseTopic().map(client::maySubscribe).orElse(true))
        .orElse(false);
  }

  /** Called by HiveMQ for every message, will and subscription. */
  private final class HiveMqAuthorizer implements PublishAuthorizer, SubscriptionAuthorizer {
    @Override
    public void authorizePublish(PublishAuthorizerInput input, PublishAuthorizerOutput output) {
      if (permits(input.getConnectionInformation(), input.getPublishPacket())) {
        output.authorizeSuccessfully();
      } else {
        output.failAuthorization();
      }
    }

    @Override
    public void authorizeSubscribe(
        SubscriptionAuthorizerInput input, SubscriptionAuthorizerOutput output) {
      String filter = input.getSubscription().getTopicFilter();
      boolean permitted =
          clients
              .connectionOf(input.getConnectionInformation())
              .map(client -> client.maySubscribe(filter))
              .orElse(false);
      if (permitted) {
        output.authorizeSuccessfully();
      } else {
        output.failAuthorization();
      }
    }
  }

  /** Ends the user's connections. Nothing that they still send is accepted. */
  void disconnectUser(String userName) {
    for (String clientId : clients.disconnectUser(userName)) {
      CompletableFuture<Boolean> unused =
          clientService.disconnectClient(
              clientId, false, DisconnectReasonCode.NOT_AUTHORIZED, "the credential was revoked");
    }
  }

  /** Ends the connection of a client that does not take what waits for it. */
  void disconnectSlow(String clientId) {
    CompletableFuture<Boolean> unused =
        clientService.disconnectClient(
            clientId,
            false,
            DisconnectReasonCode.QUOTA_EXCEEDED,
            "does not take what waits for it: read and acknowledge faster, or subscribe to less");
  }

  private static boolean isEncrypted(ConnectionInformation connection) {
    ListenerType type =
        connection
            .getListener()
            .map(Listener::getListenerType)
            .orElse(ListenerType.TLS_TCP_LISTENER);
    return type == ListenerType.TLS_TCP_LISTENER || type == ListenerType.TLS_WEBSOCKET_LISTENER;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private void intercepted(PublishInboundInput input, PublishInboundOutput output) {
    PublishPacket packet = input.getPublishPacket();
    // HiveMQ asks the authorizer after its interceptors.
    if (!permits(input.getConnectionInformation(), packet)) {
      return;
    }
    if (propertyCharacters(packet) > MAX_PROPERTY_CHARACTERS) {
      String reason = "more than " + MAX_PROPERTY_CHARACTERS + " characters of user properties";
      reject(input.getConnectionInformation(), output, reason);
      return;
    }
    String sender = input.getClientInformation().getClientId();
    if (!publishFilter.accepts(sender, packet.getTopic(), () -> Packets.message(packet))) {
      reject(input.getConnectionInformation(), output, "not taken: a result says why");
      return;
    }
    boolean wanted = buses.stream().anyMatch(bus -> bus.wants(packet.getTopic()));
    if (wanted || packet.getRetain()) {
      heard(Packets.message(packet));
    }
  }

  private static int propertyCharacters(PublishPacket packet) {
    return packet.getUserProperties().asList().stream()
        .mapToInt(property -> property.getName().length() + property.getValue().length())
        .sum();
  }

  /**
   * Prevents the delivery and tells the publisher so. An MQTT 3 publisher is not told: HiveMQ would
   * end its connection.
   */
  private static void reject(
      ConnectionInformation connection, PublishInboundOutput output, String reason) {
    if (connection.getMqttVersion() == MqttVersion.V_5) {
      output.preventPublishDelivery(AckReasonCode.QUOTA_EXCEEDED, reason);
    } else {
      output.preventPublishDelivery();
    }
  }

  private void heard(Message message) {
    if (message.retained()) {
      pendingRetained.add(message);
    }
    Message live = Packets.live(message);
    buses.forEach(bus -> bus.receive(live));
  }

  void attach(InProcessBus bus) {
    buses.add(bus);
  }

  void detach(InProcessBus bus) {
    buses.remove(bus);
  }

  /**
   * Publishes the message to all clients and in-process buses if the publish filter accepts it. The
   * future fails if the broker has stopped.
   */
  CompletableFuture<Void> publish(Message message) {
    if (!publishFilter.accepts("", message.topic(), () -> message)) {
      return CompletableFuture.completedFuture(null);
    }
    heard(message);
    return publishService.publish(Packets.publish(message));
  }

  /**
   * Passes every retained message that the filter covers to the consumer, including those that the
   * store does not have yet. The future completes after the last one.
   */
  CompletableFuture<Void> retained(String filter, Consumer<Message> consumer) {
    Map<String, Message> recent = pendingRetained.covered(filter);
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

  void setPublishFilter(PublishFilter newFilter) {
    publishFilter = newFilter;
  }

  /**
   * Whether a client with this identifier prefix or an in-process bus is subscribed to exactly this
   * filter.
   */
  boolean isSubscribed(String clientPrefix, String filter) {
    return buses.stream().anyMatch(bus -> bus.hears(filter))
        || clients.anySubscribed(clientPrefix, filter);
  }

  CompletableFuture<Void> forget() {
    pendingRetained.clear();
    return retainedStore.clear();
  }

  /** Tells the buses that the broker is about to stop. */
  void stop() {
    buses.forEach(InProcessBus::brokerStopped);
  }
}
