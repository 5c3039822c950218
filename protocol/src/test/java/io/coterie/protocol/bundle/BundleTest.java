package io.coterie.protocol.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.json.Json;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BundleTest {
  private static final List<String> FILES = List.of("teacher", "fusion", "s0", "s1");

  @TempDir Path folder;

  @BeforeEach
  void write() throws Exception {
    for (String name : FILES) {
      Files.writeString(folder.resolve(name), name);
    }
    Files.writeString(folder.resolve("bundle.json"), Json.pretty(manifest()));
  }

  @Test
  void opensAFolder() throws Exception {
    Bundle bundle = Bundle.open(folder);
    assertEquals(manifest(), bundle.manifest());
    assertArrayEquals(bytes("s1"), bundle.bytes(file("s1")));
    assertEquals(5, bundle.content().size());
  }

  @Test
  void opensAZipFileWithTheSameDigest() throws Exception {
    Path zip = folder.resolve("b.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      for (String name : List.of("bundle.json", "teacher", "fusion", "s0", "s1")) {
        entries.putNextEntry(new ZipEntry(name));
        entries.write(Files.readAllBytes(folder.resolve(name)));
      }
    }
    assertEquals(Bundle.open(folder).digest(), Bundle.open(zip).digest());
  }

  @Test
  void namesTheFileThatWasTamperedWith() throws Exception {
    Files.writeString(folder.resolve("s1"), "x1");
    assertMessage("/s1 is damaged or was changed: its digest is not the manifest's");
  }

  @Test
  void namesTheFileThatIsMissing() throws Exception {
    Files.delete(folder.resolve("fusion"));
    assertMessage("lacks fusion: is it a Coterie bundle?");
  }

  @Test
  void saysWhereNoBundleIs() {
    BundleException e =
        assertThrows(BundleException.class, () -> Bundle.open(folder.resolve("nowhere")));
    assertTrue(e.getMessage().startsWith("no bundle at "), e.getMessage());
  }

  @Test
  void saysThatAFileIsNoZip() {
    BundleException e =
        assertThrows(BundleException.class, () -> Bundle.open(folder.resolve("s0")));
    assertTrue(e.getMessage().contains("is no zip file"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"manifestVersion\": 2|\"manifestVersion\": 7|unknown manifest version 7",
        "\"name\": \"test\"|\"name\": \"../x\"|name=../x",
        "\"present\": \"11\"|\"present\": \"111\"|accuracy pattern does not fit K=2: 111",
        "\"path\": \"s0\"|\"path\": \"../s0\"|must stay inside the bundle: path=../s0",
        "\"path\": \"s0\"|\"path\": \"s\\u00000\"|must have no control characters: path=s?0",
        "\"parameters\": 10|\"parameters\": -3|parameters=-3",
        "\"channels\": 1|\"channels\": 2|must be 1 or 3: input.channels=2"
      })
  void saysWhatIsWrongWithTheManifest(String from, String to, String message) throws Exception {
    Path file = folder.resolve("bundle.json");
    Files.writeString(file, Files.readString(file).replace(from, to));
    assertMessage(message);
  }

  @Test
  void refusesATableThatLacksAPattern() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> partitioning(List.of(new PatternAccuracy("11", 1, 1))));
    assertEquals(
        "accuracy table of K=2 lacks the pattern 10 for student small: train the bundle again, or"
            + " take a complete one",
        e.getMessage());
  }

  @Test
  void looksUpAccuracyByPresentPartitions() {
    Partitioning partitioning = manifest().partitionings().get(0);
    assertEquals(0.7, partitioning.validationAccuracy("small", 0b01));
    assertEquals(0.6, partitioning.validationAccuracy("small", 0b10));
    assertEquals(0, partitioning.validationAccuracy("small", 0));
  }

  @Test
  void looksUpAccuracyByStudent() {
    Partitioning partitioning =
        partitioning(
            List.of(
                new PatternAccuracy("11", 0.9, 0.9),
                new PatternAccuracy("10", 0.7, 0.7),
                new PatternAccuracy("01", 0.6, 0.6),
                new PatternAccuracy("small", "11", 0.8, 0.8)));
    assertEquals(0.8, partitioning.validationAccuracy("small", 0b11));
    assertEquals(0.9, partitioning.validationAccuracy("other", 0b11));
    assertEquals(0.85, partitioning.validationAccuracy(List.of("small", "other"), 0b11), 1e-9);
    assertEquals(0.7, partitioning.validationAccuracy(List.of("small", "other"), 0b01));
  }

  private void assertMessage(String part) {
    BundleException e = assertThrows(BundleException.class, () -> Bundle.open(folder));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private static Manifest manifest() {
    return new Manifest(
        Manifest.VERSION,
        "test",
        new InputSpec(1, 2, 2, List.of(0.5), List.of(0.5)),
        List.of("no", "yes"),
        new Teacher("t", file("teacher"), 10, 10, 0.9, 0.9),
        List.of(
            partitioning(
                List.of(
                    new PatternAccuracy("11", 0.9, 0.9),
                    new PatternAccuracy("10", 0.7, 0.7),
                    new PatternAccuracy("01", 0.6, 0.6)))),
        Map.of("seed", "5"));
  }

  private static Partitioning partitioning(List<PatternAccuracy> accuracy) {
    return new Partitioning(
        List.of(partition(0), partition(1)),
        0.5,
        List.of(new Exit(file("fusion"), List.of(0f, 0f), accuracy)),
        List.of());
  }

  private static Partition partition(int k) {
    return new Partition(List.of(k), List.of(new Student("small", file("s" + k), 10, 10, 10)));
  }

  private static ModelFile file(String name) {
    return ModelFile.of(name, bytes(name));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
