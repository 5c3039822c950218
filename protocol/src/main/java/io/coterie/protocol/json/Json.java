package io.coterie.protocol.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads and writes the records of the wire contract. A record validates itself in its compact
 * constructor; whatever is wrong with the text or with a value comes out as one {@link
 * JsonException}. Unknown fields are ignored, so that newer senders can talk to older readers.
 *
 * <p>Thread-safe.
 */
public final class Json {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final Gson PRETTY =
      new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

  private Json() {}

  /** One line of JSON. */
  public static String write(Object value) {
    return GSON.toJson(value);
  }

  /** UTF-8 bytes of one line of JSON. */
  public static byte[] bytes(Object value) {
    return write(value).getBytes(StandardCharsets.UTF_8);
  }

  /** Indented JSON, for files that people read. */
  public static String pretty(Object value) {
    return PRETTY.toJson(value) + "\n";
  }

  /**
   * Reads one value.
   *
   * @throws JsonException if the bytes are not UTF-8, not JSON, or describe no valid {@code type}
   */
  public static <T> T read(byte[] utf8, Class<T> type) throws JsonException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new JsonException("not UTF-8 text");
    }
    return read(text, type);
  }

  /**
   * Reads one value.
   *
   * @throws JsonException if the text is not JSON or describes no valid {@code type}
   */
  public static <T> T read(String text, Class<T> type) throws JsonException {
    T value;
    try {
      value = GSON.fromJson(text, type);
    } catch (JsonParseException e) {
      throw new JsonException("not valid JSON for this place: " + rootMessage(e));
    } catch (StackOverflowError e) {
      throw new JsonException("nested too deeply");
    } catch (RuntimeException e) {
      // Gson wraps what a record's constructor threw.
      throw new JsonException(rootMessage(e));
    }
    if (value == null) {
      throw new JsonException("empty");
    }
    return value;
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null
        ? root.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
