package io.coterie.protocol.bus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/** As {@link NoDelaySocketFactory}, with TLS: Paho asks for this very type. */
final class NoDelayTlsSocketFactory extends SSLSocketFactory {
  private final SSLSocketFactory factory;
  private final NoDelaySocketFactory sockets;

  NoDelayTlsSocketFactory(SSLSocketFactory factory) {
    this.factory = factory;
    this.sockets = new NoDelaySocketFactory(factory);
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return factory.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return factory.getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket() throws IOException {
    return sockets.createSocket();
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    Socket layered = factory.createSocket(socket, host, port, autoClose);
    layered.setTcpNoDelay(true);
    return layered;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return sockets.createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return sockets.createSocket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return sockets.createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return sockets.createSocket(address, port, localAddress, localPort);
  }
}
