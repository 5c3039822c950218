package io.coterie.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes an input out of others that are valid, the same one for the same seed. */
final class Mutation {
  /** What readers trip over. */
  private static final List<String> NASTY =
      List.of(
          "null",
          "NaN",
          "Infinity",
          "1e999",
          "-1",
          "0",
          "9223372036854775808",
          "1e-400",
          "\"\"",
          "[]",
          "{}",
          "[",
          "{\"",
          "\u0000",
          "\ud83d\ude00",
          "+",
          "#",
          "/",
          "../",
          "\\u0000",
          "true",
          "2147483648",
          "-0.0",
          "\ufeff",
          "]]]]",
          "\n\n",
          "=",
          "x:",
          "h:");

  private final SplittableRandom random;

  Mutation(long seed) {
    random = new SplittableRandom(seed);
  }

  /** One of the corpus, changed in one to eight ways. */
  byte[] of(List<byte[]> corpus) {
    byte[] input = corpus.get(random.nextInt(corpus.size())).clone();
    for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
      input = change(input);
    }
    return input;
  }

  private byte[] change(byte[] input) {
    if (input.length == 0) {
      return nasty();
    }
    int at = random.nextInt(input.length);
    int end = Math.min(input.length, at + 1 + random.nextInt(1 + random.nextInt(32)));
    return switch (random.nextInt(8)) {
      case 0 -> flipped(input, at);
      case 1 -> Arrays.copyOf(input, at);
      case 2 -> spliced(input, at, at, nasty());
      case 3 -> spliced(input, at, end, nasty());
      case 4 -> spliced(input, at, end, new byte[0]);
      case 5 -> spliced(input, at, at, Arrays.copyOfRange(input, at, end));
      case 6 -> number(input, at);
      default -> spliced(input, at, at, repeated());
    };
  }

  private byte[] flipped(byte[] input, int at) {
    input[at] ^= (byte) (1 << random.nextInt(8));
    return input;
  }

  /** Replaces the next number. */
  private byte[] number(byte[] input, int from) {
    int at = from;
    while (at < input.length && (input[at] < '0' || input[at] > '9')) {
      at++;
    }
    int end = at;
    while (end < input.length && input[end] >= '0' && input[end] <= '9') {
      end++;
    }
    return spliced(input, at, end, nasty());
  }

  private byte[] nasty() {
    return NASTY.get(random.nextInt(NASTY.size())).getBytes(StandardCharsets.UTF_8);
  }

  /** Deep nesting now and then, else a few bytes. */
  private byte[] repeated() {
    byte[] bytes = new byte[random.nextInt(200) == 0 ? 20_000 : 1 + random.nextInt(8)];
    Arrays.fill(bytes, (byte) "[{\"a".charAt(random.nextInt(4)));
    return bytes;
  }

  private static byte[] spliced(byte[] input, int from, int to, byte[] with) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(input, 0, from);
    out.writeBytes(with);
    out.write(input, to, input.length - to);
    return out.toByteArray();
  }
}
