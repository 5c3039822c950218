package io.coterie.protocol.bus;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;

/** Turns sockets, TLS and login of a connection into Paho's connection options. */
final class PahoSecurity {
  private static final int RECEIVE_MAXIMUM = 1_000;

  private PahoSecurity() {}

  /** The address in Paho's notation. */
  static String address(URI broker) {
    String scheme = ConnectionOptions.isTls(broker) ? "ssl://" : "tcp://";
    return scheme + broker.getHost() + ":" + broker.getPort();
  }

  /** The options of a bus's connection. */
  static MqttConnectionOptions connecting(
      ConnectionOptions options, URI broker, int connectSeconds) {
    MqttConnectionOptions paho = new MqttConnectionOptions();
    paho.setCleanStart(true);
    paho.setAutomaticReconnect(false);
    paho.setKeepAliveInterval(options.keepAliveSeconds());
    paho.setConnectionTimeout(connectSeconds);
    paho.setReceiveMaximum(RECEIVE_MAXIMUM);
    paho.setMaximumPacketSize(options.maxPacketBytes());
    apply(options, broker, paho);
    options.will().ifPresent(will -> paho.setWill(will.topic(), PahoMessages.toPaho(will)));
    return paho;
  }

  static void apply(ConnectionOptions options, URI broker, MqttConnectionOptions paho) {
    String pin = options.login().map(Login::ca).orElse("");
    paho.setSocketFactory(socketFactory(broker, pin));
    // With a pinned CA the address does not matter; among all of Java's CAs it does.
    paho.setHttpsHostnameVerificationEnabled(pin.isEmpty());
    options
        .login()
        .ifPresent(
            login -> {
              paho.setUserName(login.user());
              paho.setPassword(login.password().getBytes(StandardCharsets.UTF_8));
            });
  }

  private static SocketFactory socketFactory(URI broker, String pin) {
    if (!ConnectionOptions.isTls(broker)) {
      return new NoDelaySocketFactory(SocketFactory.getDefault());
    }
    SocketFactory tls =
        pin.isEmpty() ? SSLSocketFactory.getDefault() : PinnedTrust.context(pin).getSocketFactory();
    return new NoDelayTlsSocketFactory((SSLSocketFactory) tls);
  }
}
