package io.coterie.agent.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.capture.CameraSettings;
import io.coterie.agent.gpio.GpioSettings;
import io.coterie.agent.gpio.GpioSettings.Input;
import io.coterie.agent.gpio.GpioSettings.Led;
import io.coterie.agent.gpio.GpioSettings.Output;
import io.coterie.agent.gpio.GpioSettings.Pull;
import io.coterie.agent.gpio.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BoardFileTest {
  private static final String CAMERA =
      "'camera': {'deployment': 'porch', 'command': ['rpicam-still', '-n'], ";

  @TempDir Path folder;

  private static BoardSettings parse(String text) throws Exception {
    return BoardFile.parse(text.replace('\'', '"'));
  }

  @Test
  void readsEveryKey() throws Exception {
    BoardSettings board =
        parse(
            """
            {'led': {'pin': 17, 'activeLow': true},
             'button': {'pin': 27, 'pull': 'down', 'debounceMs': 10},
             'camera': {'deployment': 'porch', 'command': ['rpicam-still', '-n'], 'everyMs': 2000,
                        'timeoutMs': 5000, 'trigger': {'pin': 22, 'pull': 'up', 'debounceMs': 0}},
             'outputs': [{'pin': 24, 'activeLow': true, 'deployment': 'porch',
                          'when': 'confidence > 0.8', 'holdMs': 100}]}
            """);
    GpioSettings gpio =
        new GpioSettings(
            Optional.of(new Led(17, true)),
            Optional.of(new Input(27, Pull.DOWN, 10)),
            Optional.of(new Input(22, Pull.UP, 0)),
            List.of(new Output(24, true, "porch", Rule.parse("confidence > 0.8"), 100)));
    CameraSettings camera =
        new CameraSettings(
            "porch",
            new CameraSettings.Command(List.of("rpicam-still", "-n")),
            OptionalLong.of(2000),
            5000);
    assertEquals(new BoardSettings(gpio, Optional.of(camera)), board);
  }

  @Test
  void whatIsNotSaidIsAsUsual() throws Exception {
    assertEquals(BoardSettings.NONE, parse("{}"));
    BoardSettings board =
        parse(
            """
            {'led': {'pin': 17}, 'button': {'pin': 27},
             'camera': {'deployment': 'porch', 'folder': '/var/cam', 'trigger': {'pin': 22}},
             'outputs': [{'pin': 24, 'deployment': 'porch', 'when': 'status == "ok"'}]}
            """
                .replace("\"ok\"", "\\\"ok\\\""));
    assertEquals(Optional.of(new Led(17, false)), board.gpio().led());
    assertEquals(Optional.of(new Input(27, Pull.UP, 30)), board.gpio().button());
    assertEquals(Optional.of(new Input(22, Pull.DOWN, 50)), board.gpio().trigger());
    assertEquals(5000, board.gpio().outputs().get(0).holdMs());
    CameraSettings camera = board.camera().orElseThrow();
    assertEquals(new CameraSettings.Folder(Path.of("/var/cam")), camera.origin());
    assertEquals(OptionalLong.empty(), camera.everyMs());
    assertEquals(10_000, camera.timeoutMs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'led': {'pin': 17}, | not JSON: ",
        "~~ | not JSON: ",
        "{} {} | not JSON: ",
        "{led: {}} | not JSON: Use JsonReader",
        "[] | must be an object {…}, not []",
        "{'light': {}} | unknown key: light (there are [button, camera, led, outputs])",
        "{'led': 17} | led: must be an object {…}, not 17",
        "{'led': {}} | missing: led.pin",
        "{'led': {'pin': '17'}} | led.pin: must be a whole number, not \"17\"",
        "{'led': {'pin': 17.5}} | led.pin: must be a whole number, not 17.5",
        "{'led': {'pin': 40}} | led: must be 2 to 27, as in GPIO17: pin=40",
        "{'led': {'pin': 17, 'activelow': true}} | unknown key: led.activelow (there are"
            + " [activeLow, pin])",
        "{'led': {'pin': 17, 'activeLow': 1}} | led.activeLow: must be true or false, not 1",
        "{'led': {'pin': 17}, 'button': {'pin': 17}} | pin 17 is used twice: give each its own",
        "{'button': {'pin': 27, 'pull': 'left'}} | button.pull: must be one of [up, down, none],"
            + " not \"left\"",
        "{'button': {'pin': 27, 'debounceMs': -1}} | button: must be 0 to 10000: debounceMs=-1",
        "{'outputs': {}} | outputs: must be a list [{…}], not {}",
        "{'outputs': [{'pin': 24}]} | missing: outputs[0].deployment",
        "{'outputs': [{'pin': 24, 'deployment': 'a b', 'when': 'confidence > 0'}]} | outputs[0]:"
            + " must be 1 to 64 letters, digits, '.', '_', '-': deployment=a b",
        "{'outputs': [{'pin': 24, 'deployment': 'd', 'when': 'confidence'}]} | outputs[0].when:"
            + " expected one of == != <= >= < > at character 11, not the end",
        "{'outputs': [{'pin': 24, 'deployment': 'd', 'when': 'confidence > 0', 'holdMs': 0}]} |"
            + " outputs[0]: must be 1 to 86400000: holdMs=0",
        "{'camera': {'deployment': 'd', 'everyMs': 1000}} | camera: needs a command or a folder",
        "{'camera': {'deployment': 'd', 'command': 'x'}} | camera.command: must be a list of texts",
        "{'camera': {'deployment': 'd', 'command': []}} | camera: must name a program",
        "{'camera': {'deployment': 'd', 'command': ['x']}} | missing: everyMs or trigger",
        "{'camera': {'deployment': 'd', 'command': ['x'], 'everyMs': 5}} | camera: must be 20 to",
        "{'camera': {'deployment': 'd', 'command': ['x'], 'everyMs': 99, 'timeoutMs': 0}} |"
            + " camera: must be 1 to 120000: timeoutMs=0"
      })
  void refusesWhatCannotBeWithKeyValueAndCure(String text, String reason) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> BoardFile.parse(text.replace('\'', '"')));
    assertTrue(
        e.getMessage().replace('\'', '"').startsWith(reason.replace('\'', '"')), e.getMessage());
  }

  @Test
  void namesTheFile() throws Exception {
    Path file = folder.resolve("board.json");
    Exception missing = assertThrows(IllegalArgumentException.class, () -> BoardFile.read(file));
    assertEquals("there is no such board file: " + file, missing.getMessage());
    Files.writeString(file, "{\"lamp\": {}}");
    Exception wrong = assertThrows(IllegalArgumentException.class, () -> BoardFile.read(file));
    assertTrue(wrong.getMessage().startsWith("board file " + file + ": unknown key: lamp"));
    Files.writeString(file, ("{" + CAMERA + "'everyMs': 100}}").replace('\'', '"'));
    assertTrue(BoardFile.read(file).camera().isPresent());
  }
}
