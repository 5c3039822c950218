package io.coterie.protocol.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Manifests whose students have stages. */
final class ManifestExitsTest {
  private static final Manifest BOTH = manifest(partitioning(1), partitioning(2));

  @Test
  void holdsOnePartitioningPerStrategyAndK() {
    assertEquals(1, BOTH.partitioning(Strategy.ROCOIN, 1).orElseThrow().exits().size());
    assertEquals(2, BOTH.partitioning(Strategy.DISTREE, 1).orElseThrow().exits().size());
    assertEquals(Optional.empty(), BOTH.partitioning(Strategy.DISTREE, 2));
    assertThrows(IllegalArgumentException.class, () -> manifest(partitioning(2), partitioning(3)));
  }

  @Test
  void survivesTheFile() throws Exception {
    assertEquals(BOTH, Manifest.parse(Json.bytes(BOTH)));
  }

  @Test
  void givesTheManifestOfOneStrategy() {
    assertEquals(List.of(partitioning(2)), BOTH.only(Strategy.DISTREE).partitionings());
    Manifest rocoin = manifest(partitioning(1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> rocoin.only(Strategy.DISTREE));
    assertTrue(e.getMessage().contains("has no exits"), e.getMessage());
  }

  @Test
  void namesTheFilesOfAllStagesAndExits() {
    List<String> paths = BOTH.files().stream().map(ModelFile::path).toList();
    assertEquals(
        List.of(
            "teacher",
            "fusion-1-1",
            "student-1-1",
            "fusion-2-1",
            "fusion-2-2",
            "student-2-1",
            "student-2-2"),
        paths);
  }

  @Test
  void addsUpStages() {
    Student student = student(3);
    assertEquals(30, student.flops());
    assertEquals(20, student.flopsTo(2));
    assertEquals(student.stages().get(0).model().sha256(), student.digest());
  }

  @Test
  void refusesAStageThatLacksWhatTheNextNeeds() {
    Stage last = new Stage(file("s"), 10);
    Stage first = new Stage(file("t"), 10, List.of(4, 2, 2));
    assertEquals(16, first.hiddenSize());
    assertEquals(0, last.hiddenSize());
    assertThrows(IllegalArgumentException.class, () -> student(List.of(last, last)));
    assertThrows(IllegalArgumentException.class, () -> student(List.of(first)));
    assertThrows(IllegalArgumentException.class, () -> student(List.of()));
  }

  @Test
  void refusesStudentsWithOtherStagesThanThereAreExits() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> partitioning(3, 2));
    assertEquals("student small has 2 stages, its partitioning 3 exits", e.getMessage());
  }

  private static Manifest manifest(Partitioning... partitionings) {
    return new Manifest(
        Manifest.VERSION,
        "test",
        new InputSpec(1, 2, 2, List.of(0.5), List.of(0.5)),
        List.of("no", "yes"),
        new Teacher("t", file("teacher"), 10, 10, 0.9, 0.9),
        List.of(partitionings),
        Map.of());
  }

  private static Partitioning partitioning(int exits) {
    return partitioning(exits, exits);
  }

  private static Partitioning partitioning(int exits, int stages) {
    return new Partitioning(
        List.of(new Partition(List.of(0), List.of(student(stages)))),
        0.5,
        IntStream.rangeClosed(1, exits)
            .mapToObj(
                exit ->
                    new Exit(
                        file("fusion-" + exits + "-" + exit),
                        List.of(0f),
                        List.of(new PatternAccuracy("1", 0.9, 0.9))))
            .toList(),
        List.of());
  }

  private static Student student(int stages) {
    return student(
        IntStream.rangeClosed(1, stages)
            .mapToObj(
                stage ->
                    new Stage(
                        file("student-" + stages + "-" + stage),
                        10,
                        stage == stages ? List.of() : List.of(1, 2, 2)))
            .toList());
  }

  private static Student student(List<Stage> stages) {
    return new Student("small", Precision.FP32, stages, 10, 10);
  }

  private static ModelFile file(String name) {
    return ModelFile.of(name, name.getBytes(StandardCharsets.UTF_8));
  }
}
