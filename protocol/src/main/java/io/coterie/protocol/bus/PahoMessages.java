package io.coterie.protocol.bus;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Converts between {@link Message} and Paho's messages. */
final class PahoMessages {
  private PahoMessages() {}

  static MqttMessage toPaho(Message message) {
    MqttProperties properties = new MqttProperties();
    if (!message.contentType().isEmpty()) {
      properties.setContentType(message.contentType());
    }
    if (!message.responseTopic().isEmpty()) {
      properties.setResponseTopic(message.responseTopic());
    }
    if (message.correlation().length > 0) {
      properties.setCorrelationData(message.correlation());
    }
    if (message.expirySeconds() > 0) {
      properties.setMessageExpiryInterval(message.expirySeconds());
    }
    if (!message.properties().isEmpty()) {
      List<UserProperty> user = new ArrayList<>(message.properties().size());
      message.properties().forEach((name, value) -> user.add(new UserProperty(name, value)));
      properties.setUserProperties(user);
    }
    return new MqttMessage(message.payload(), message.qos(), message.retained(), properties);
  }

  static Message fromPaho(String topic, MqttMessage paho) {
    Message.Builder message =
        Message.to(topic)
            .payload(paho.getPayload())
            .qos(Math.min(1, paho.getQos()))
            .retained(paho.isRetained());
    MqttProperties properties = paho.getProperties();
    if (properties == null) {
      return message.build();
    }
    if (properties.getContentType() != null) {
      message.contentType(properties.getContentType());
    }
    if (properties.getResponseTopic() != null) {
      message.responseTopic(properties.getResponseTopic());
    }
    if (properties.getCorrelationData() != null) {
      message.correlation(properties.getCorrelationData());
    }
    for (UserProperty property : properties.getUserProperties()) {
      message.property(property.getKey(), property.getValue());
    }
    return message.build();
  }
}
