package io.coterie.broker;

import com.hivemq.extension.sdk.api.packets.general.Qos;
import com.hivemq.extension.sdk.api.packets.general.UserProperties;
import com.hivemq.extension.sdk.api.packets.general.UserProperty;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import com.hivemq.extension.sdk.api.services.builder.PublishBuilder;
import com.hivemq.extension.sdk.api.services.publish.Publish;
import com.hivemq.extension.sdk.api.services.publish.RetainedPublish;
import io.coterie.protocol.bus.Message;
import java.nio.ByteBuffer;
import java.util.Optional;

/** HiveMQ's messages to ours and back. Payloads are copied: HiveMQ's are valid for a call only. */
final class Packets {
  private static final byte[] NONE = {};

  private Packets() {}

  /** A message that a client has sent, or its will. */
  static Message message(PublishPacket packet) {
    Message.Builder message =
        Message.to(packet.getTopic())
            .payload(copy(packet.getPayload()))
            .qos(qos(packet.getQos()))
            .retained(packet.getRetain())
            .correlation(copy(packet.getCorrelationData()))
            .contentType(packet.getContentType().orElse(""))
            .responseTopic(packet.getResponseTopic().orElse(""));
    return withProperties(message, packet.getUserProperties()).build();
  }

  /** A message from the retained store. */
  static Message retained(RetainedPublish publish) {
    Message.Builder message =
        Message.to(publish.getTopic())
            .payload(copy(publish.getPayload()))
            .qos(qos(publish.getQos()))
            .retained(true)
            .correlation(copy(publish.getCorrelationData()))
            .contentType(publish.getContentType().orElse(""))
            .responseTopic(publish.getResponseTopic().orElse(""));
    return withProperties(message, publish.getUserProperties()).build();
  }

  /** The message as existing subscribers receive it: without the retained flag. */
  static Message live(Message message) {
    if (!message.retained()) {
      return message;
    }
    Message.Builder live =
        Message.to(message.topic())
            .payload(message.payload())
            .qos(message.qos())
            .correlation(message.correlation())
            .contentType(message.contentType())
            .responseTopic(message.responseTopic());
    message.properties().forEach(live::property);
    return live.build();
  }

  static Publish publish(Message message) {
    PublishBuilder publish =
        Builders.publish()
            .topic(message.topic())
            .payload(ByteBuffer.wrap(message.payload()))
            .qos(message.qos() == 0 ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE)
            .retain(message.retained());
    if (!message.contentType().isEmpty()) {
      publish.contentType(message.contentType());
    }
    if (!message.responseTopic().isEmpty()) {
      publish.responseTopic(message.responseTopic());
    }
    if (message.correlation().length > 0) {
      publish.correlationData(ByteBuffer.wrap(message.correlation()));
    }
    if (message.expirySeconds() > 0) {
      publish.messageExpiryInterval(message.expirySeconds());
    }
    message.properties().forEach(publish::userProperty);
    return publish.build();
  }

  private static Message.Builder withProperties(Message.Builder message, UserProperties from) {
    for (UserProperty property : from.asList()) {
      message.property(property.getName(), property.getValue());
    }
    return message;
  }

  private static int qos(Qos qos) {
    return qos == Qos.AT_MOST_ONCE ? 0 : 1;
  }

  private static byte[] copy(Optional<ByteBuffer> bytes) {
    if (bytes.isEmpty()) {
      return NONE;
    }
    ByteBuffer source = bytes.get().duplicate();
    byte[] copy = new byte[source.remaining()];
    source.get(copy);
    return copy;
  }
}
