package io.coterie.broker;

import com.hivemq.configuration.service.InternalConfigurations;
import io.coterie.broker.guard.GuardExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

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

  /** More than any fleet here has; what it bounds is the memory of sockets. */
  private static final int MAX_CONNECTIONS = 4_096;

  private static final int MAX_CLIENT_ID_LENGTH = 256;

  /** Sessions end with their connections: nobody may find another user's by its identifier. */
  private static final String NO_SESSIONS =
      """
            <session-expiry><max-interval>0</max-interval></session-expiry>
      """;

  private Configuration() {}

  /** The ports that were found free. */
  record Bound(int port, int tlsPort, int webSocketPort, int localWebSocketPort) {
    IntStream ports() {
      return IntStream.of(port, tlsPort, webSocketPort, localWebSocketPort);
    }
  }

  /** Writes config.xml. */
  static void write(Path folder, BrokerOptions options, Bound bound) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.xml"), xml(options, bound));
  }

  /** Sets what config.xml cannot. But for the ports, the same for every broker of this process. */
  static void setInternals(BrokerOptions options, Bound bound) {
    GuardExtension.enable(bound.ports(), options.maxPacketBytes());
    InternalConfigurations.PERSISTENCE_SHUTDOWN_GRACE_PERIOD_MSEC.set(0);
    InternalConfigurations.QOS_0_MEMORY_LIMIT_PER_CLIENT_BYTES.set(QOS_0_BYTES);
    InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = RECEIVE_MAXIMUM;
  }

  private static String xml(BrokerOptions options, Bound bound) {
    return """
        <?xml version="1.0"?>
        <hivemq>
          <listeners>
            <tcp-listener><port>%d</port><bind-address>%s</bind-address></tcp-listener>
        %s%s%s\
          </listeners>
          <mqtt>
            <queued-messages><max-queue-size>%d</max-queue-size></queued-messages>
            <packets><max-packet-size>%d</max-packet-size></packets>
            <receive-maximum>
              <server-receive-maximum>%d</server-receive-maximum>
            </receive-maximum>
        %s\
          </mqtt>
          <restrictions>
            <max-connections>%d</max-connections>
            <max-client-id-length>%d</max-client-id-length>
          </restrictions>
          <persistence><mode>in-memory</mode></persistence>
          <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
        </hivemq>
        """
        .formatted(
            bound.port(),
            options.bindAddress(),
            options.tls().map(tls -> tlsTcp(tls, bound.tlsPort())).orElse(""),
            options.webSocketPort().isPresent() ? webSocket(options, bound.webSocketPort()) : "",
            options.localWebSocket() ? localWebSocket(bound.localWebSocketPort()) : "",
            QUEUE_SIZE,
            options.maxPacketBytes(),
            RECEIVE_MAXIMUM,
            options.tls().isPresent() ? NO_SESSIONS : "",
            MAX_CONNECTIONS,
            MAX_CLIENT_ID_LENGTH);
  }

  private static String tlsTcp(TlsListener listener, int port) {
    return """
            <tls-tcp-listener>
              <port>%d</port><bind-address>%s</bind-address>%s
            </tls-tcp-listener>
        """
        .formatted(port, listener.bindAddress(), tls(listener));
  }

  private static String tls(TlsListener listener) {
    return """
        <tls>
          <keystore>
            <path>%s</path><password>%s</password>
            <private-key-password>%s</private-key-password>
          </keystore>
          <protocols><protocol>TLSv1.3</protocol><protocol>TLSv1.2</protocol></protocols>
        </tls>"""
        .formatted(
            escaped(listener.keyStore().toAbsolutePath().toString()),
            escaped(listener.password()),
            escaped(listener.password()));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String webSocket(BrokerOptions options, int port) {
    String element = options.tls().isPresent() ? "tls-websocket-listener" : "websocket-listener";
    String tls = options.tls().map(Configuration::tls).orElse("");
    return webSocket(element, port, options.webSocketAddress(), tls);
  }

  private static String localWebSocket(int port) {
    return webSocket("websocket-listener", port, BrokerOptions.LOOPBACK, "");
  }

  private static String webSocket(String element, int port, String address, String tls) {
    return """
            <%s>
              <port>%d</port><bind-address>%s</bind-address><path>/mqtt</path>%s
            </%s>
        """
        .formatted(element, port, address, tls, element);
  }
}
