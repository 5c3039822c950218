package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.agent.Incarnation.Reaction;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.runtime.FolderStore;
import io.coterie.protocol.runtime.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IncarnationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "ONLINE,   10, FINE",
    "DRAINING, 10, FINE",
    "OFFLINE,  10, ANNOUNCE",
    "STOPPED,  10, ANNOUNCE",
    "ONLINE,    9, ANNOUNCE",
    "OFFLINE,   9, ANNOUNCE",
    "ONLINE,   11, STOP",
    "DRAINING, 11, STOP",
    "OFFLINE,  11, RAISE",
    "STOPPED,  11, RAISE",
    "ONLINE,   9007199254740992, ANNOUNCE",
    "OFFLINE,  9007199254740992, ANNOUNCE"
  })
  void judgesWhatStandsOnItsOwnTopic(Availability state, long incarnation, Reaction verdict) {
    assertEquals(verdict, Incarnation.judge(10, new AgentState(state, incarnation)));
  }

  @Test
  void risesWithEveryStartEvenIfTheClockStartsAnew() throws Exception {
    Store store = new FolderStore(folder);
    assertEquals(5_000, Incarnation.take(store, "incarnation", 5_000));
    assertEquals(5_001, Incarnation.take(store, "incarnation", 0));
    assertEquals(9_000, Incarnation.take(new FolderStore(folder), "incarnation", 9_000));
  }

  @Test
  void survivesADamagedFile() throws Exception {
    Path file = folder.resolve("incarnation");
    Files.writeString(file, "\0\0garbage");
    assertEquals(7, Incarnation.take(new FolderStore(folder), "incarnation", 7));
    assertEquals("7", Files.readString(file));
  }
}
