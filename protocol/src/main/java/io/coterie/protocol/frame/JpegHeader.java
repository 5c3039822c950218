package io.coterie.protocol.frame;

/**
 * What a JPEG's markers say about the memory and the time that decoding takes. Read as libjpeg
 * does: what is no marker is skipped.
 *
 * @param isBuffered whether the decoder has to keep the coefficients of the whole picture, up to 6
 *     bytes a pixel in 4:4:4, outside of the Java heap: the picture is progressive, or comes one
 *     colour after the other
 * @param scans how often the decoder goes over such a picture, counted to {@link #MOST_SCANS} + 1;
 *     1 for others
 */
record JpegHeader(boolean isBuffered, int scans) {
  /** Encoders make 6 to 10, or 24 for four colours. */
  static final int MOST_SCANS = 32;

  private static final int NO_MARKER = -1;
  private static final int PROGRESSIVE = 0xc2;
  private static final int END = 0xd9;
  private static final int SCAN = 0xda;

  /** Reads the markers of a picture, whole or damaged, in one pass. */
  static JpegHeader of(byte[] jpeg) {
    boolean buffered = false;
    int colours = 0;
    int scans = 0;
    int at = nextMarker(jpeg, 0);
    while (at != NO_MARKER && (jpeg[at] & 0xff) != END && scans <= MOST_SCANS) {
      int marker = jpeg[at] & 0xff;
      at++;
      if (standsAlone(marker)) {
        at = nextMarker(jpeg, at);
        continue;
      }
      int length = (unsigned(jpeg, at) << 8) | unsigned(jpeg, at + 1);
      if (isFrame(marker) && colours == 0) {
        buffered = marker == PROGRESSIVE;
        colours = unsigned(jpeg, at + 7);
      } else if (marker == SCAN) {
        buffered |= unsigned(jpeg, at + 2) < colours;
        scans++;
        if (!buffered) {
          break;
        }
      }
      at = nextMarker(jpeg, at + length);
    }
    return new JpegHeader(buffered, scans);
  }

  /** Where the next marker's second byte is. A zero there means that the first was data. */
  private static int nextMarker(byte[] jpeg, int from) {
    for (int at = from; at + 1 < jpeg.length; at++) {
      int next = jpeg[at + 1];
      if (jpeg[at] == (byte) 0xff && next != 0 && next != (byte) 0xff) {
        return at + 1;
      }
    }
    return NO_MARKER;
  }

  /** Whether no length follows: the start, restarts within a scan, and a relic. */
  private static boolean standsAlone(int marker) {
    return (marker >= 0xd0 && marker <= 0xd8) || marker == 1;
  }

  /** Whether size and colours follow; among these numbers are three tables. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static int unsigned(byte[] jpeg, int at) {
    return at < jpeg.length ? jpeg[at] & 0xff : 0;
  }
}
