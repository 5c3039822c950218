package io.coterie.agent.board;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.message.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HardwareStatusTest {
  @TempDir Path root;

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private Optional<Report.Board> read() {
    return new HardwareStatus(root).read();
  }

  @Test
  void saysNothingWhereTheHardwareSaysNothing() {
    assertEquals(Optional.empty(), read());
  }

  @Test
  void readsTheTemperature() throws Exception {
    write("sys/class/thermal/thermal_zone0/temp", "48312\n");
    assertEquals(Optional.of(new Report.Board(48.312, List.of(), List.of())), read());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hot", "99999999999", "300000", "NaN", "0x10"})
  void takesNoNonsenseForATemperature(String text) throws Exception {
    write("sys/class/thermal/thermal_zone0/temp", text);
    assertEquals(Optional.empty(), read());
  }

  @ParameterizedTest
  @CsvSource({
    "0, '', ''",
    "1, under-voltage, ''",
    "2, capped, ''",
    "4, throttled, ''",
    "8, hot, ''",
    "50000, '', 'under-voltage throttled'",
    "50005, 'under-voltage throttled', 'under-voltage throttled'",
    "f000f, 'under-voltage capped throttled hot', 'under-voltage capped throttled hot'",
    "throttled=0x80008, hot, hot"
  })
  void readsWhyTheFirmwareSlowsTheBoardDown(String flags, String now, String since)
      throws Exception {
    write("sys/devices/platform/soc/soc:firmware/get_throttled", flags + "\n");
    assertEquals(Optional.of(new Report.Board(null, words(now), words(since))), read());
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }

  @Test
  void findsTheFirmwareOfARaspberryPi5() throws Exception {
    write("sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled", "4");
    assertEquals(List.of("throttled"), read().orElseThrow().throttled());
  }

  @Test
  void takesNoNonsenseForFlags() throws Exception {
    write("sys/devices/platform/soc/soc:firmware/get_throttled", "error=1");
    assertEquals(Optional.empty(), read());
  }
}
