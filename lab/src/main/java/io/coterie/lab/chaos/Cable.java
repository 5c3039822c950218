package io.coterie.lab.chaos;

import io.coterie.lab.processes.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A TCP connection between two processes that can be cut, silenced and slowed down: clients come to
 * one loopback port, and their bytes go to another.
 *
 * <p>Thread-safe.
 */
final class Cable implements AutoCloseable {
  private static final int BUFFER_BYTES = 32 << 10;
  private static final int CHUNKS = 256;
  private static final long STACK_BYTES = 128 << 10;

  private record Chunk(byte[] bytes, long dueNs) {
    boolean last() {
      return bytes.length == 0;
    }
  }

  private final int target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object changes = new Object();
  private ServerSocket entrance;
  private boolean silent;
  private volatile long delayNs;

  /** Leads to a loopback port, undisturbed at first. */
  Cable(int target) throws IOException {
    this.target = target;
    port = FreePorts.free();
    entrance = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    listen(entrance);
  }

  /** Where clients come to. */
  int port() {
    return port;
  }

  /** Ends all connections and refuses new ones, until it is mended. */
  void cut() {
    synchronized (changes) {
      close(entrance);
      sockets.forEach(Cable::close);
      sockets.clear();
    }
  }

  /** Lets nothing through, until it is mended: what comes meanwhile waits. */
  void silence() {
    synchronized (changes) {
      silent = true;
    }
  }

  /** Lets everything through later, in both directions. */
  void delay(long milliseconds) {
    delayNs = TimeUnit.MILLISECONDS.toNanos(milliseconds);
  }

  /** As new. */
  void mend() throws IOException {
    synchronized (changes) {
      if (entrance.isClosed()) {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        entrance = opened;
        listen(opened);
      }
      silent = false;
      delayNs = 0;
      changes.notifyAll();
    }
  }

  private void listen(ServerSocket listening) {
    start("cable-" + port, () -> accept(listening));
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        connect(listening, listening.accept());
      } catch (IOException e) {
        // Refused, as by a machine that is not there.
      }
    }
  }

  private void connect(ServerSocket listening, Socket near) throws IOException {
    Socket far = new Socket();
    try {
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      far.setTcpNoDelay(true);
      near.setTcpNoDelay(true);
    } catch (IOException e) {
      close(near);
      close(far);
      throw e;
    }
    synchronized (changes) {
      if (listening.isClosed()) {
        close(near);
        close(far);
        return;
      }
      sockets.add(near);
      sockets.add(far);
    }
    lay(near, far);
    lay(far, near);
  }

  private void lay(Socket from, Socket to) {
    BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>(CHUNKS);
    start("cable-in-" + port, () -> read(from, chunks));
    start("cable-out-" + port, () -> write(to, from, chunks));
  }

  /** Leaves closing to the other end: what was read has to arrive first. */
  private void read(Socket from, BlockingQueue<Chunk> chunks) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      try {
        InputStream in = from.getInputStream();
        for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
          chunks.put(new Chunk(Arrays.copyOf(buffer, count), System.nanoTime() + delayNs));
        }
      } catch (IOException e) {
        // The connection's end, like any other.
      } finally {
        chunks.put(new Chunk(new byte[0], System.nanoTime() + delayNs));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Socket to, Socket from, BlockingQueue<Chunk> chunks) {
    try (to;
        from) {
      OutputStream out = to.getOutputStream();
      for (Chunk chunk = chunks.take(); !chunk.last(); chunk = chunks.take()) {
        TimeUnit.NANOSECONDS.sleep(chunk.dueNs() - System.nanoTime());
        awaitSound();
        out.write(chunk.bytes());
      }
      awaitSound();
    } catch (IOException e) {
      // The connection's end, like any other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(to);
      sockets.remove(from);
    }
  }

  private void awaitSound() throws InterruptedException {
    synchronized (changes) {
      while (silent) {
        changes.wait();
      }
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It is closed in any case.
    }
  }

  @Override
  public void close() {
    cut();
    synchronized (changes) {
      silent = false;
      changes.notifyAll();
    }
  }
}
