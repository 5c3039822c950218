package io.coterie.lab.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CableTest {
  private ServerSocket server;
  private Cable cable;
  private Socket near;
  private Socket far;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    cable = new Cable(server.getLocalPort());
    reconnect();
  }

  private void use() throws IOException {
    reconnect();
    near.getOutputStream().write(7);
    if (near.getInputStream().read() < 0) {
      throw new EOFException();
    }
  }

  private void reconnect() throws IOException {
    near = new Socket();
    near.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), cable.port()));
    far = server.accept();
  }

  @AfterEach
  void close() throws IOException {
    cable.close();
    near.close();
    far.close();
    server.close();
  }

  @Test
  void leadsBothWays() throws IOException {
    near.getOutputStream().write(7);
    assertEquals(7, far.getInputStream().read());
    far.getOutputStream().write(8);
    assertEquals(8, near.getInputStream().read());
  }

  @Test
  void endsBothSidesWhereOneEnds() throws IOException {
    far.getOutputStream().write(9);
    far.close();
    assertEquals(9, near.getInputStream().read());
    assertEquals(-1, near.getInputStream().read());
  }

  @Test
  void cutsAndRefusesUntilItIsMended() throws IOException {
    cable.cut();
    assertEquals(-1, far.getInputStream().read());
    assertThrows(IOException.class, this::use, "refused, or ended at once");
    cable.mend();
    reconnect();
    leadsBothWays();
  }

  @Test
  void keepsSilentWithoutLosingAnything() throws IOException {
    cable.silence();
    near.getOutputStream().write(7);
    far.setSoTimeout(200);
    assertThrows(SocketTimeoutException.class, () -> far.getInputStream().read());
    cable.mend();
    far.setSoTimeout(0);
    assertEquals(7, far.getInputStream().read());
  }

  @Test
  void slowsDown() throws IOException {
    cable.delay(150);
    long startNs = System.nanoTime();
    near.getOutputStream().write(7);
    assertEquals(7, far.getInputStream().read());
    assertTrue(System.nanoTime() - startNs >= 150_000_000L);
  }
}
