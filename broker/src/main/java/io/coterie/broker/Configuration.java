package io.coterie.broker;

import com.hivemq.configuration.service.InternalConfigurations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What HiveMQ is told. A missing or malformed config.xml would make it listen on every interface
 * for everybody, so we always write our own.
 */
final class Configuration {
  /** Unacknowledged QoS 1 messages per client; the default of 10 stalls bursts. */
  private static final int RECEIVE_MAXIMUM = 1_000;

  /** Messages waiting per client; beyond it they are dropped, QoS 1 too. */
  private static final int QUEUE_SIZE = 10_000;

  /** Bytes of QoS 0 messages waiting per client. */
  private static final int QOS_0_BYTES = 64 << 20;

  private Configuration() {}

  /** Writes config.xml. */
  static void write(Path folder, BrokerOptions options, int port, int webSocketPort)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.xml"), xml(options, port, webSocketPort));
  }

  /** Sets what config.xml cannot; the same for every broker of this process. */
  static void setInternals() {
    InternalConfigurations.PERSISTENCE_SHUTDOWN_GRACE_PERIOD_MSEC.set(0);
    InternalConfigurations.QOS_0_MEMORY_LIMIT_PER_CLIENT_BYTES.set(QOS_0_BYTES);
    InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = RECEIVE_MAXIMUM;
  }

  private static String xml(BrokerOptions options, int port, int webSocketPort) {
    return """
        <?xml version="1.0"?>
        <hivemq>
          <listeners>
            <tcp-listener><port>%d</port><bind-address>%s</bind-address></tcp-listener>
        %s\
          </listeners>
          <mqtt>
            <queued-messages><max-queue-size>%d</max-queue-size></queued-messages>
            <packets><max-packet-size>%d</max-packet-size></packets>
            <receive-maximum>
              <server-receive-maximum>%d</server-receive-maximum>
            </receive-maximum>
          </mqtt>
          <persistence><mode>in-memory</mode></persistence>
          <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
        </hivemq>
        """
        .formatted(
            port,
            options.bindAddress(),
            options.webSocketPort().isPresent() ? webSocket(options, webSocketPort) : "",
            QUEUE_SIZE,
            options.maxPacketBytes(),
            RECEIVE_MAXIMUM);
  }

  private static String webSocket(BrokerOptions options, int port) {
    return """
            <websocket-listener>
              <port>%d</port><bind-address>%s</bind-address><path>/mqtt</path>
            </websocket-listener>
        """
        .formatted(port, options.bindAddress());
  }
}
