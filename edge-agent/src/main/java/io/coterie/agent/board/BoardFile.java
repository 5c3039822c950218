package io.coterie.agent.board;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.coterie.agent.capture.CameraSettings;
import io.coterie.agent.gpio.GpioSettings;
import io.coterie.agent.gpio.GpioSettings.Input;
import io.coterie.agent.gpio.GpioSettings.Led;
import io.coterie.agent.gpio.GpioSettings.Output;
import io.coterie.agent.gpio.GpioSettings.Pull;
import io.coterie.agent.gpio.Rule;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file that says what is attached to a board: docs/boards.md has every key. */
public final class BoardFile {
  private static final long BUTTON_DEBOUNCE_MS = 30;
  private static final long TRIGGER_DEBOUNCE_MS = 50;
  private static final long HOLD_MS = 5_000;

  private BoardFile() {}

  /**
   * Reads a board's file.
   *
   * @throws IllegalArgumentException if it cannot be read or used; the message names file, key,
   *     value and cure
   */
  public static BoardSettings read(Path file) {
    try {
      return parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no such board file: " + file);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read board file " + file + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("board file " + file + ": " + e.getMessage(), e);
    }
  }

  static BoardSettings parse(String text) throws IOException {
    return Fields.read("", json(text), BoardFile::board);
  }

  private static JsonElement json(String text) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement element = new Gson().getAdapter(JsonElement.class).read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException("not JSON: something follows its end");
      }
      return element;
    } catch (MalformedJsonException | EOFException | JsonParseException | IllegalStateException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IllegalArgumentException("not JSON: " + reason);
    }
  }

  private static BoardSettings board(Fields file) {
    Optional<Led> led = file.optional("led", it -> new Led(it.pin("pin"), it.flag("activeLow")));
    Optional<Input> button = file.optional("button", it -> input(it, Pull.UP, BUTTON_DEBOUNCE_MS));
    List<Output> outputs = file.list("outputs", BoardFile::output);
    Optional<Picturing> camera = file.optional("camera", BoardFile::camera);
    Optional<Input> trigger = camera.flatMap(Picturing::trigger);
    return new BoardSettings(
        new GpioSettings(led, button, trigger, outputs), camera.map(Picturing::camera));
  }

  private static Input input(Fields fields, Pull usual, long debounceMs) {
    return new Input(
        fields.pin("pin"),
        fields.choice("pull", Pull.class, usual),
        fields.whole("debounceMs", debounceMs));
  }

  private static Output output(Fields fields) {
    return new Output(
        fields.pin("pin"),
        fields.flag("activeLow"),
        fields.text("deployment"),
        fields.parsed("when", Rule::parse),
        fields.whole("holdMs", HOLD_MS));
  }

  /** A camera with the pin that triggers it. */
  private record Picturing(CameraSettings camera, Optional<Input> trigger) {}

  private static Picturing camera(Fields fields) {
    Optional<List<String>> command = fields.words("command");
    Optional<String> folder = fields.optionalText("folder");
    if (command.isPresent() == folder.isPresent()) {
      throw new IllegalArgumentException("needs a command or a folder, and not both");
    }
    CameraSettings camera =
        new CameraSettings(
            fields.text("deployment"),
            command.isPresent()
                ? new CameraSettings.Command(command.get())
                : new CameraSettings.Folder(Path.of(folder.get())),
            fields.optionalWhole("everyMs"),
            fields.whole("timeoutMs", CameraSettings.TIMEOUT_MS));
    return new Picturing(
        camera, fields.optional("trigger", it -> input(it, Pull.DOWN, TRIGGER_DEBOUNCE_MS)));
  }
}
