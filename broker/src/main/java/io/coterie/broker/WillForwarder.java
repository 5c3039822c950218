package io.coterie.broker;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ClientInitiatedDisconnectInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionLostInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ServerInitiatedDisconnectInput;
import com.hivemq.extension.sdk.api.packets.general.DisconnectedReasonCode;
import io.coterie.protocol.bus.Message;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Hands on the will of every client that vanishes, if it was the client's to leave. The broker
 * publishes wills itself, but past the interceptors that in-process buses listen with. Delayed
 * wills are handed on at once.
 */
final class WillForwarder implements ClientLifecycleEventListener {
  private static final String ATTRIBUTE = "coterie-will";

  private final Map<String, Message> byConnection = new ConcurrentHashMap<>();
  private final AtomicLong connections = new AtomicLong();
  private final ClientRegistry clients;
  private final Consumer<Message> sink;

  WillForwarder(ClientRegistry clients, Consumer<Message> sink) {
    this.clients = clients;
    this.sink = sink;
  }

  @Override
  public void onMqttConnectionStart(ConnectionStartInput input) {
    input
        .getConnectPacket()
        .getWillPublish()
        .ifPresent(
            will -> {
              String key = Long.toString(connections.incrementAndGet());
              byConnection.put(key, Packets.message(will));
              input
                  .getConnectionInformation()
                  .getConnectionAttributeStore()
                  .putAsString(ATTRIBUTE, key);
            });
  }

  @Override
  public void onAuthenticationSuccessful(AuthenticationSuccessfulInput input) {}

  @Override
  public void onConnectionLost(ConnectionLostInput input) {
    end(input.getConnectionInformation()).ifPresent(sink);
  }

  @Override
  public void onServerInitiatedDisconnect(ServerInitiatedDisconnectInput input) {
    end(input.getConnectionInformation()).ifPresent(sink);
  }

  @Override
  public void onClientInitiatedDisconnect(ClientInitiatedDisconnectInput input) {
    Optional<Message> will = end(input.getConnectionInformation());
    if (input
        .getReasonCode()
        .equals(Optional.of(DisconnectedReasonCode.DISCONNECT_WITH_WILL_MESSAGE))) {
      will.ifPresent(sink);
    }
  }

  /** Every other end, such as a refused connection: the will is void. */
  @Override
  public void onDisconnect(DisconnectEventInput input) {
    Optional<Message> unused = end(input.getConnectionInformation());
  }

  private Optional<Message> end(ConnectionInformation connection) {
    Optional<ClientRegistry.ClientConnection> stay = clients.deregister(connection);
    return connection
        .getConnectionAttributeStore()
        .getAsString(ATTRIBUTE)
        .map(byConnection::remove)
        .filter(
            will -> stay.map(s -> s.mayPublishWill(will.topic(), will.retained())).orElse(false));
  }
}
