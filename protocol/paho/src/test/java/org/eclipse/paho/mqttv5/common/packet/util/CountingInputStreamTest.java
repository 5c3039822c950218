package org.eclipse.paho.mqttv5.common.packet.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class CountingInputStreamTest {
  private static final String NAME = CountingInputStream.class.getName();

  @Test
  void countsSingleBytesAndArraysAndNotTheEnd() throws IOException {
    CountingInputStream in = new CountingInputStream(new ByteArrayInputStream(new byte[10]));
    in.read();
    assertEquals(4, in.read(new byte[4], 0, 4));
    assertEquals(5, in.getCounter());
    assertEquals(5, in.read(new byte[9], 0, 9));
    assertEquals(-1, in.read());
    assertEquals(-1, in.read(new byte[3], 0, 3));
    assertEquals(10, in.getCounter());
    in.resetCounter();
    assertEquals(0, in.getCounter());
  }

  /** Fails when a release of Paho reads whole arrays itself: then this module can go. */
  @Test
  void isStillNeeded() throws Exception {
    URL original = Path.of("target", "original").toUri().toURL();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {original}, null)) {
      Class<?> released = loader.loadClass(NAME);
      assertThrows(
          NoSuchMethodException.class,
          () -> released.getDeclaredMethod("read", byte[].class, int.class, int.class));
    }
  }
}
