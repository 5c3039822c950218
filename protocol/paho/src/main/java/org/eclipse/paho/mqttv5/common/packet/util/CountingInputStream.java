/*
 * Replaces the class of the same name in Eclipse Paho 1.2.5. Written for Coterie from the released
 * class's interface; see docs/adr/0002-paho-with-one-class-replaced.md.
 */
package org.eclipse.paho.mqttv5.common.packet.util;

import java.io.IOException;
import java.io.InputStream;

/**
 * Counts the bytes read from a stream. The released class overrides only {@link #read()}, so that
 * every payload is decoded one byte at a time; this one also reads and counts whole arrays.
 *
 * <p>Not thread-safe, as the original.
 */
public class CountingInputStream extends InputStream {
  private final InputStream in;
  private int counter;

  public CountingInputStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    if (value >= 0) {
      counter++;
    }
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = in.read(buffer, offset, length);
    if (read > 0) {
      counter += read;
    }
    return read;
  }

  /** The number of bytes read since construction or the last {@link #resetCounter()}. */
  public int getCounter() {
    return counter;
  }

  /** Starts counting from 0 again. */
  public void resetCounter() {
    counter = 0;
  }
}
