package io.coterie.protocol.bus;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One MQTT 5 message. Arrays are not copied: callers must not change them afterwards.
 *
 * <p>Immutable otherwise; thread-safe.
 */
public final class Message {
  /** Of a user property, beside its name and value. */
  private static final int PROPERTY_BYTES = 5;

  /** Of a packet, beside payload, topic and what else is text. */
  private static final int FRAME_BYTES = 64;

  private static final byte[] NONE = {};

  private final String topic;
  private final byte[] payload;
  private final int qos;
  private final boolean retained;
  private final String contentType;
  private final String responseTopic;
  private final byte[] correlation;
  private final Map<String, String> properties;
  private final long expirySeconds;

  private Message(Builder builder) {
    topic = builder.topic;
    payload = builder.payload;
    qos = builder.qos;
    retained = builder.retained;
    contentType = builder.contentType;
    responseTopic = builder.responseTopic;
    correlation = builder.correlation;
    properties = builder.properties.isEmpty() ? Map.of() : Map.copyOf(builder.properties);
    expirySeconds = builder.expirySeconds;
  }

  /** Starts a message with QoS 0, not retained, without properties. */
  public static Builder to(String topic) {
    return new Builder(topic);
  }

  public String topic() {
    return topic;
  }

  public byte[] payload() {
    return payload;
  }

  /** The payload as UTF-8 text; malformed bytes are replaced. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** 0 or 1. */
  public int qos() {
    return qos;
  }

  public boolean retained() {
    return retained;
  }

  /** Empty where absent. */
  public String contentType() {
    return contentType;
  }

  /** Empty where absent. */
  public String responseTopic() {
    return responseTopic;
  }

  /** Empty where absent. */
  public byte[] correlation() {
    return correlation;
  }

  /** User properties; where a name came twice, its last value. */
  public Map<String, String> properties() {
    return properties;
  }

  /** The user property, or empty text where it is absent. */
  public String property(String name) {
    return properties.getOrDefault(name, "");
  }

  /** The same with one more user property. */
  public Message with(String name, String value) {
    Builder builder = new Builder(topic);
    builder.payload = payload;
    builder.qos = qos;
    builder.retained = retained;
    builder.contentType = contentType;
    builder.responseTopic = responseTopic;
    builder.correlation = correlation;
    builder.properties.putAll(properties);
    builder.expirySeconds = expirySeconds;
    return builder.property(name, value).build();
  }

  /** Seconds until the broker may discard the message; 0 for never. */
  public long expirySeconds() {
    return expirySeconds;
  }

  /** Bytes of the packet that carries it, at most: what it counts where messages wait. */
  public long packetBytes() {
    long text = (long) topic.length() + contentType.length() + responseTopic.length();
    for (Map.Entry<String, String> property : properties.entrySet()) {
      text += PROPERTY_BYTES + property.getKey().length() + property.getValue().length();
    }
    // UTF-8 takes up to three bytes for each char.
    return payload.length + correlation.length + 3 * text + FRAME_BYTES;
  }

  @Override
  public String toString() {
    return topic + " qos=" + qos + " bytes=" + payload.length + (retained ? " retained" : "");
  }

  /** Collects a message; not thread-safe. */
  public static final class Builder {
    private final String topic;
    private byte[] payload = NONE;
    private int qos;
    private boolean retained;
    private String contentType = "";
    private String responseTopic = "";
    private byte[] correlation = NONE;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private long expirySeconds;

    private Builder(String topic) {
      this.topic = topic;
    }

    public Builder payload(byte[] value) {
      payload = value;
      return this;
    }

    public Builder payload(String utf8) {
      return payload(utf8.getBytes(StandardCharsets.UTF_8));
    }

    public Builder qos(int value) {
      qos = value;
      return this;
    }

    public Builder retained(boolean value) {
      retained = value;
      return this;
    }

    public Builder contentType(String value) {
      contentType = value;
      return this;
    }

    public Builder responseTopic(String value) {
      responseTopic = value;
      return this;
    }

    public Builder correlation(byte[] value) {
      correlation = value;
      return this;
    }

    public Builder property(String name, String value) {
      properties.put(name, value);
      return this;
    }

    public Builder expirySeconds(long value) {
      expirySeconds = value;
      return this;
    }

    public Message build() {
      return new Message(this);
    }
  }
}
