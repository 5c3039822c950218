package io.coterie.broker;

import io.coterie.protocol.runtime.FatalErrors;
import io.coterie.protocol.runtime.RateLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards a TCP port to a broker within this process while it is open. HiveMQ opens its listeners
 * only when it starts, and starting takes seconds on a board. So a standby broker listens on a
 * loopback port all the time, and its clients connect through a forwarder. Bytes are not changed,
 * those of TLS and WebSocket connections included.
 *
 * <p>Thread-safe.
 */
public final class TcpForwarder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TcpForwarder.class);

  private static final int BACKLOG = 128;
  private static final int BUFFER_BYTES = 32 << 10;
  private static final long STACK_BYTES = 128 << 10;
  private static final long PAUSE_MS = 100;

  private final String bindAddress;
  private final int port;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final RateLimit failures = new RateLimit(Duration.ofMinutes(1));
  private ServerSocket serverSocket;

  /**
   * Creates a closed forwarder.
   *
   * @param bindAddress as in {@link BrokerOptions}
   * @param target port on the loopback interface
   * @param option the command line option that sets the port, for messages
   * @throws BrokerException if the forwarder could not open now, such as where the port is taken
   */
  public TcpForwarder(String bindAddress, int port, int target, String option)
      throws BrokerException {
    this.bindAddress = bindAddress;
    this.port = PortCheck.reserve(bindAddress, port, option);
    this.target = target;
  }

  /** The port. */
  public int port() {
    return port;
  }

  /**
   * Starts to accept connections. No effect on an open forwarder.
   *
   * @throws BrokerException if the port cannot be bound
   */
  public synchronized void open() throws BrokerException {
    if (serverSocket != null) {
      return;
    }
    ServerSocket opened = null;
    try {
      opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(new InetSocketAddress(InetAddress.getByName(bindAddress), port), BACKLOG);
    } catch (IOException e) {
      close(opened);
      throw new BrokerException("cannot open " + bindAddress + ":" + port + ": " + e.getMessage());
    }
    serverSocket = opened;
    ServerSocket listening = opened;
    start("forward-" + port, () -> accept(listening));
    log.info("forwarding: bind={} port={}", bindAddress, port);
  }

  /**
   * Stops accepting connections and closes those that are open. No effect on a closed forwarder.
   */
  public synchronized void shut() {
    if (serverSocket == null) {
      return;
    }
    close(serverSocket);
    serverSocket = null;
    log.info(
        "forwarding ended: bind={} port={} connections={}", bindAddress, port, sockets.size() / 2);
    sockets.forEach(TcpForwarder::close);
    sockets.clear();
  }

  @Override
  public void close() {
    shut();
  }

  /**
   * Accepts connections until the socket is closed or the thread interrupted. Where that fails,
   * such as with too many open files, it pauses before it tries again.
   */
  void accept(ServerSocket listening) {
    try {
      while (!listening.isClosed()) {
        Socket client;
        try {
          client = listening.accept();
        } catch (IOException e) {
          failed(listening, e);
          Thread.sleep(PAUSE_MS);
          continue;
        }
        try {
          connect(listening, client);
        } catch (IOException e) {
          failed(listening, e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Error e) {
      // Nobody would reach the broker any more.
      FatalErrors.uncaught(e);
    }
  }

  private void failed(ServerSocket listening, IOException e) {
    if (!listening.isClosed()) {
      failures
          .pass(RateLimit.kind(e), System.nanoTime())
          .ifPresent(
              unsaid ->
                  log.warn(
                      "connection not forwarded: port={} reason={} unsaid={}",
                      port,
                      e.getMessage(),
                      unsaid));
    }
  }

  private void connect(ServerSocket listening, Socket client) throws IOException {
    Socket broker = new Socket();
    try {
      broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      client.setTcpNoDelay(true);
      broker.setTcpNoDelay(true);
    } catch (IOException e) {
      close(client);
      close(broker);
      throw e;
    }
    synchronized (this) {
      if (listening.isClosed()) {
        close(client);
        close(broker);
        return;
      }
      sockets.add(client);
      sockets.add(broker);
    }
    start("forward-in-" + client.getPort(), () -> forward(client, broker));
    start("forward-out-" + client.getPort(), () -> forward(broker, client));
  }

  /** Copies bytes until either side ends, and then closes both. */
  private void forward(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      log.debug("connection ended: port={} reason={}", port, e.getMessage());
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(AutoCloseable socket) {
    if (socket == null) {
      return;
    }
    try {
      socket.close();
    } catch (Exception e) {
      log.debug("not closed: reason={}", e.getMessage());
    }
  }
}
