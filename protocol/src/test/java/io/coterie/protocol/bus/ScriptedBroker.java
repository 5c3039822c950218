package io.coterie.protocol.bus;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * As much of an MQTT 5 broker as tests of a client need: what it does with a packet, they say. One
 * thread a connection.
 */
final class ScriptedBroker implements AutoCloseable {
  static final int CONNECT = 1;
  static final int PUBLISH = 3;
  static final int SUBSCRIBE = 8;
  static final int PING = 12;

  /** What the broker does with one packet of a client. */
  interface Script {
    void packet(Client client, Packet packet) throws IOException;
  }

  /**
   * A packet as it came.
   *
   * @param type of MQTT, such as {@link #PUBLISH}
   * @param connection how many connections there were before
   */
  record Packet(int type, int flags, byte[] body, int connection) {
    int qos() {
      return flags >> 1 & 3;
    }

    String topic() {
      int length = ByteBuffer.wrap(body).getShort(0);
      return new String(body, 2, length, StandardCharsets.UTF_8);
    }

    /** Of a PUBLISH with QoS 1, or a SUBSCRIBE. */
    int id() {
      int at = type == PUBLISH ? 2 + ByteBuffer.wrap(body).getShort(0) : 0;
      return ByteBuffer.wrap(body).getShort(at) & 0xFFFF;
    }
  }

  /** The other end of a connection. */
  static final class Client {
    private final Socket socket;

    private Client(Socket socket) {
      this.socket = socket;
    }

    void send(int... bytes) throws IOException {
      ByteArrayOutputStream packet = new ByteArrayOutputStream();
      for (int value : bytes) {
        packet.write(value);
      }
      socket.getOutputStream().write(packet.toByteArray());
      socket.getOutputStream().flush();
    }

    /** Accepts, with these properties. */
    void accept(int... properties) throws IOException {
      int[] packet = new int[5 + properties.length];
      packet[0] = 0x20;
      packet[1] = 3 + properties.length;
      packet[4] = properties.length;
      System.arraycopy(properties, 0, packet, 5, properties.length);
      send(packet);
    }

    void acknowledge(Packet publish) throws IOException {
      send(0x40, 2, publish.id() >> 8, publish.id() & 0xFF);
    }

    /** Grants one subscription. */
    void grant(Packet subscribe) throws IOException {
      send(0x90, 4, subscribe.id() >> 8, subscribe.id() & 0xFF, 0, 1);
    }

    void close() throws IOException {
      socket.close();
    }
  }

  /** Every packet that came, in its order. */
  final BlockingQueue<Packet> packets = new LinkedBlockingQueue<>();

  private final ServerSocket server;
  private final Script script;
  private int connections;

  ScriptedBroker(Script script) throws IOException {
    this.script = script;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::acceptAll);
  }

  URI address() {
    return URI.create("mqtt://127.0.0.1:" + server.getLocalPort());
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "scripted-broker");
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket socket = server.accept();
        int connection = connections++;
        thread(() -> serve(socket, connection));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket, int connection) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      Client client = new Client(socket);
      while (true) {
        Packet packet = read(in, connection);
        packets.add(packet);
        script.packet(client, packet);
      }
    } catch (IOException e) {
      // The client, or the script, has ended the connection.
    }
  }

  private static Packet read(DataInputStream in, int connection) throws IOException {
    int first = in.read();
    if (first < 0) {
      throw new EOFException();
    }
    int length = 0;
    for (int shift = 0, next = 0x80; (next & 0x80) != 0; shift += 7) {
      next = in.readUnsignedByte();
      length |= (next & 0x7F) << shift;
    }
    byte[] body = new byte[length];
    in.readFully(body);
    return new Packet(first >> 4, first & 15, body, connection);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
