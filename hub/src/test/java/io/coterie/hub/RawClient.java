package io.coterie.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client that sends what it likes, in MQTT 3.1.1 or not, from another address than others. */
final class RawClient implements AutoCloseable {
  private static final byte[] HOSTILE = {127, 0, 0, 2};

  private final Socket socket;

  private RawClient(Socket socket) throws SocketException {
    this.socket = socket;
    socket.setSoTimeout(20_000);
  }

  static RawClient tcp(int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(HOSTILE), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    return new RawClient(socket);
  }

  static RawClient tls(int port) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Gullible()}, null);
    return new RawClient(
        context.getSocketFactory().createSocket(tcp(port).socket, "127.0.0.1", port, true));
  }

  /** The return code of the CONNACK; 0 means let in. */
  int connect(String clientId, String user, String password) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(text("MQTT"));
    int flags = 2 | (user.isEmpty() ? 0 : 0xc0);
    body.write(new byte[] {4, (byte) flags, 0, 60});
    body.write(text(clientId));
    if (!user.isEmpty()) {
      body.write(text(user));
      body.write(text(password));
    }
    packet(0x10, body.toByteArray());
    return read(4)[3];
  }

  /** The return code of the SUBACK; 128 means refused. */
  int subscribe(String filter) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(new byte[] {0, 1});
    body.write(text(filter));
    body.write(0);
    packet(0x82, body.toByteArray());
    return read(5)[4] & 0xff;
  }

  void publish(String topic, String payload) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(text(topic));
    body.write(payload.getBytes(StandardCharsets.UTF_8));
    packet(0x30, body.toByteArray());
  }

  void send(int... bytes) throws IOException {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    socket.getOutputStream().write(raw);
    socket.getOutputStream().flush();
  }

  /** Whether the other side has ended the connection, or does before the socket's time is up. */
  boolean ended() throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // What it says does not matter.
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  void patience(int ms) throws SocketException {
    socket.setSoTimeout(ms);
  }

  private void packet(int type, byte[] body) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(type);
    int left = body.length;
    do {
      out.write((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      left >>= 7;
    } while (left > 0);
    out.write(body);
    out.flush();
  }

  private byte[] read(int count) throws IOException {
    byte[] answer = socket.getInputStream().readNBytes(count);
    if (answer.length < count) {
      throw new IOException("the broker ended the connection");
    }
    return answer;
  }

  private static byte[] text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[utf8.length + 2];
    out[0] = (byte) (utf8.length >> 8);
    out[1] = (byte) utf8.length;
    System.arraycopy(utf8, 0, out, 2, utf8.length);
    return out;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Believes everybody, as who attacks does. */
  private static final class Gullible implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
