package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Architecture;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingConfigTest {
  @ParameterizedTest
  @ValueSource(strings = {"meter-digits", "cifar10", "images"})
  void presetsReadBackFromJson(String name) throws JsonException {
    TrainingConfig preset = TrainingConfig.preset(name);
    assertEquals(name, preset.name());
    assertEquals(preset, Json.read(Json.write(preset), TrainingConfig.class));
  }

  @Test
  void digitsAreNeverMirrored() {
    assertFalse(TrainingConfig.preset("meter-digits").augmentation().mirror());
    assertTrue(TrainingConfig.preset("cifar10").augmentation().mirror());
  }

  @Test
  void presetsTrainWhatTheyPromise() {
    assertEquals(List.of(2, 3, 4), TrainingConfig.preset("meter-digits").ks());
    assertEquals(List.of(2, 3, 4), TrainingConfig.preset("cifar10").ks());
  }

  @Test
  void namesThePresetsThereAre() {
    var e = assertThrows(IllegalArgumentException.class, () -> TrainingConfig.preset("imagenet"));
    assertTrue(e.getMessage().contains("cifar10"), e.getMessage());
  }

  @Test
  void sortsAndJoinsKs() {
    assertEquals(
        List.of(1, 3, 4),
        TrainingConfig.preset("cifar10").toBuilder().ks(List.of(4, 1, 3, 4)).build().ks());
  }

  @Test
  void refusesImpossibleKs() {
    TrainingConfig config = TrainingConfig.preset("cifar10");
    for (List<Integer> ks : List.of(List.<Integer>of(), List.of(0), List.of(17), List.of(2, -1))) {
      assertThrows(
          IllegalArgumentException.class, () -> config.toBuilder().ks(ks).build(), ks.toString());
    }
  }

  @Test
  void refusesUnknownOrDoubledNetworks() {
    TrainingConfig config = TrainingConfig.preset("cifar10");
    assertThrows(
        IllegalArgumentException.class,
        () -> config.toBuilder().nets("vgg", List.of("wrn-10-1")).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> config.toBuilder().nets("wrn-16-1", List.of()).pipelines(List.of()).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> config.toBuilder().nets("wrn-16-1", List.of("wrn-10-1", "wrn-10-1")).build());
  }

  @Test
  void tellsStudentsWithExitsFromTheOthers() {
    TrainingConfig config = TrainingConfig.preset("cifar10");
    for (StudentNet net : config.students(Strategy.ROCOIN, 3)) {
      assertEquals(1, net.exitCount());
    }
    assertEquals(4, config.students(Strategy.DISTREE, 3).get(0).exitCount());
    assertEquals(List.of(), config.students(Strategy.DISTREE, 4));
  }

  @Test
  void refusesStudentsOfDifferentlyManyExits() {
    TrainingConfig config = TrainingConfig.preset("cifar10");
    StudentNet plain = StudentNet.of("wcn-4-8");
    StudentNet two = plain.withExits("g0.relu1");
    StudentNet three = plain.withExits("g0.relu1", "g0.relu2");
    config.toBuilder().students(List.of(plain, two)).build();
    config.toBuilder().students(List.of(two)).build();
    assertThrows(
        IllegalArgumentException.class,
        () -> config.toBuilder().students(List.of(plain, two, three)).build());
  }

  @Test
  void refusesDoubledPipelinesAndUnknownCuts() {
    TrainingConfig config = TrainingConfig.preset("cifar10");
    PipelineNet net = PipelineNet.of("wcn-4-8", TrainingSchedule.fast(1, 0), "g0.relu2");
    for (List<PipelineNet> nets :
        List.of(
            List.of(net, net),
            List.of(
                net.withAutoencoders(
                    Autoencoder.everywhere(4, 1), Autoencoder.everywhere(4, 2))))) {
      assertThrows(
          IllegalArgumentException.class, () -> config.toBuilder().pipelines(nets).build());
    }
    Autoencoder second = new Autoencoder(4, List.of(2), 1);
    assertThrows(IllegalArgumentException.class, () -> net.withAutoencoders(second));
    assertThrows(
        IllegalArgumentException.class,
        () -> PipelineNet.of("wcn-4-8", TrainingSchedule.fast(1, 0)));
  }

  @Test
  void presetsHavePipelinesThatCanBeCut() {
    for (String preset : List.of("meter-digits", "cifar10")) {
      for (PipelineNet net : TrainingConfig.preset(preset).pipelines()) {
        for (PipelineTask task : net.tasks()) {
          var whole = task.net(new ImageShape(3, 32, 32), 10);
          assertEquals(net.exits().size() + 1, Architecture.stages(whole, task.cuts()).size());
        }
      }
    }
  }

  @Test
  void configurationsFromBeforePipelinesReadBack() throws JsonException {
    TrainingConfig preset = TrainingConfig.preset("images");
    String json = Json.write(preset).replace("\"pipelines\":[],", "");
    assertFalse(json.contains("pipelines"), json);
    assertEquals(preset, Json.read(json, TrainingConfig.class));
  }
}
