package io.coterie.protocol.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContentStoreTest {
  @TempDir Path folder;
  private ContentStore store;

  @BeforeEach
  void open() throws Exception {
    store = new ContentStore(folder.resolve("models"));
  }

  @Test
  void givesBackWhatItKept() throws Exception {
    byte[] bytes = {1, 2, 3};
    assertArrayEquals(bytes, store.get(store.put(bytes)).orElseThrow());
  }

  @Test
  void treatsADamagedFileAsAbsentAndDropsIt() throws Exception {
    String digest = store.put(new byte[] {1, 2, 3});
    Path file = store.folder().resolve(digest);
    Files.write(file, new byte[] {1, 2});
    assertEquals(Optional.empty(), store.get(digest));
    assertFalse(Files.exists(file));
  }

  @Test
  void leavesNothingBehindWhenItCannotWrite() throws Exception {
    String digest = Digest.of(new byte[] {9});
    // A folder in the file's place cannot be replaced.
    Files.createDirectories(store.folder().resolve(digest).resolve("x"));
    assertThrows(java.io.IOException.class, () -> store.put(new byte[] {9}));
    try (Stream<Path> files = Files.list(store.folder())) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void removesWhatAPowerCutLeftUnfinishedButNothingOfOthers() throws Exception {
    Path old = Files.write(store.folder().resolve(".new-old"), new byte[] {1});
    Path fresh = Files.write(store.folder().resolve(".new-fresh"), new byte[] {1});
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    ContentStore again = new ContentStore(store.folder());
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(fresh));
    assertEquals(store.folder(), again.folder());
  }

  @Test
  void refusesADigestThatIsAPath() {
    assertThrows(IllegalArgumentException.class, () -> store.get("../../etc/passwd"));
  }
}
