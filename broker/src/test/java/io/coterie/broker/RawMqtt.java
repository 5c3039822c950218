package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that sends and reads what it likes. */
final class RawMqtt implements AutoCloseable {
  private static final int BLOCK_BYTES = 64 << 10;

  private final Socket socket = new Socket();
  private final byte[] properties;

  /** Connects with clean session and a keep-alive of a minute, in MQTT 3.1.1 (4) or 5. */
  RawMqtt(EmbeddedBroker broker, String id, int version) throws IOException {
    properties = version == 5 ? new byte[1] : new byte[0];
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.port()));
    socket.setSoTimeout(20_000);
    byte[] start = {0, 4, 'M', 'Q', 'T', 'T', (byte) version, 2, 0, 60};
    packet(0x10, start, properties, text(id));
    assertEquals(0x20, answer());
  }

  void subscribe(String filter, int qos) throws IOException {
    packet(0x82, new byte[] {0, 1}, properties, text(filter), new byte[] {(byte) qos});
    assertEquals(0x90, answer());
  }

  /** Publishes at QoS 0 in a packet of this size in all, from 2^14 to 2^21 bytes. */
  void publish(String topic, int packetBytes) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    int length = packetBytes - 4;
    packet.write(0x30);
    packet.write((length & 0x7f) | 0x80);
    packet.write(((length >> 7) & 0x7f) | 0x80);
    packet.write(length >> 14);
    packet.write(text(topic));
    packet.write(properties);
    packet.write(new byte[packetBytes - packet.size()]);
    send(packet.toByteArray());
  }

  void ping() throws IOException {
    send(new byte[] {(byte) 0xc0, 0});
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The type of the next packet, which is short; skips its body. */
  int answer() throws IOException {
    InputStream in = socket.getInputStream();
    int type = in.read();
    in.skipNBytes(Math.max(0, in.read()));
    return type;
  }

  /** What it still gets until its connection ends. */
  byte[] rest() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    byte[] buffer = new byte[BLOCK_BYTES];
    try {
      InputStream in = socket.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        rest.write(buffer, 0, count);
      }
    } catch (SocketException e) {
      // Reset, for not everything could be sent.
    }
    return rest.toByteArray();
  }

  private void packet(int type, byte[]... parts) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.write(part);
    }
    send(new byte[] {(byte) type, (byte) body.size()});
    send(body.toByteArray());
  }

  private static byte[] text(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    byte[] out = new byte[ascii.length + 2];
    out[0] = (byte) (ascii.length >> 8);
    out[1] = (byte) ascii.length;
    System.arraycopy(ascii, 0, out, 2, ascii.length);
    return out;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
