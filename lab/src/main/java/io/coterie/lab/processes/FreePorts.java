package io.coterie.lab.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that start later, or again. Systems give connections a port of their own from
 * 32768 on (Linux) or 49152 on: there, a client that tries to reach a server that is away takes its
 * port now and then, even connected with itself, and the server cannot start.
 */
public final class FreePorts {
  private static final int FIRST = 15_000;
  private static final int LAST = 32_000;
  private static final int ATTEMPTS = 1_000;

  private FreePorts() {}

  /**
   * A loopback port that is free now, and that no connection is given.
   *
   * @throws IOException if none is found
   */
  public static int free() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException e) {
        // Taken: another may be free.
      }
    }
    throw new IOException("no port from " + FIRST + " to " + LAST + " is free");
  }
}
