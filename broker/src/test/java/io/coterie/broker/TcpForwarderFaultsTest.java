package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server socket that cannot accept. */
final class TcpForwarderFaultsTest {
  private static final int FAILURES = 3;

  private final List<Throwable> uncaught = new ArrayList<>();

  @Test
  void pausesAfterAFailureAndEndsWhenInterrupted() throws Exception {
    Semaphore failures = new Semaphore(0);
    try (TcpForwarder forwarder = forwarder();
        ServerSocket failing =
            new Failing() {
              @Override
              public Socket accept() throws IOException {
                failures.release();
                throw new SocketException("Too many open files");
              }
            }) {
      Thread thread = new Thread(() -> forwarder.accept(failing));
      thread.setUncaughtExceptionHandler((on, failure) -> uncaught.add(failure));
      thread.start();
      assertTrue(failures.tryAcquire(FAILURES, 20, TimeUnit.SECONDS), "it tries again");
      thread.interrupt();
      thread.join(20_000);
      assertFalse(thread.isAlive(), "it does not pause");
      assertTrue(failures.availablePermits() <= 1, "it spins: " + failures.availablePermits());
      assertTrue(uncaught.isEmpty());
    }
  }

  @Test
  void handsOnAnError() throws Exception {
    try (TcpForwarder forwarder = forwarder();
        ServerSocket failing =
            new Failing() {
              @Override
              public Socket accept() {
                throw new OutOfMemoryError("unable to create native thread");
              }
            }) {
      Thread thread = new Thread(() -> forwarder.accept(failing));
      thread.setUncaughtExceptionHandler((on, failure) -> uncaught.add(failure));
      thread.start();
      thread.join(20_000);
      assertEquals(1, uncaught.size());
    }
  }

  private TcpForwarder forwarder() throws BrokerException {
    return new TcpForwarder("127.0.0.1", 0, 1, "--port");
  }

  private abstract static class Failing extends ServerSocket {
    Failing() throws IOException {}
  }
}
