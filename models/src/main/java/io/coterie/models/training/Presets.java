package io.coterie.models.training;

import io.coterie.models.data.ImageShape;
import java.util.List;

/** The configurations that have a name. */
final class Presets {
  private static final ImageShape SMALL = new ImageShape(3, 32, 32);

  private Presets() {}

  static TrainingConfig of(String name) {
    return switch (name) {
      case "meter-digits" -> meterDigits();
      case "cifar10" -> cifar10();
      case "images" -> images();
      default ->
          throw new IllegalArgumentException(
              "unknown preset '" + name + "': there are meter-digits, cifar10 and images");
    };
  }

  /** Water-meter digits: 20 minutes on two cores. */
  private static TrainingConfig meterDigits() {
    return new TrainingConfig(
        "meter-digits",
        1,
        SMALL,
        new Augmentation(1, false),
        "wrn-10-2-s2",
        TrainingSchedule.oneCycle(9, 128, 0.15),
        2,
        List.of(2, 3, 4),
        List.of(
            StudentNet.of("wrn-10-0.5-s2"),
            StudentNet.of("wrn-10-1-s2"),
            StudentNet.of("wrn-10-1-s2").withExits("g0b0", "g1b0")),
        TrainingSchedule.oneCycle(6, 128, 0.15),
        List.of(
            PipelineNet.of("wrn-16-1-s2", TrainingSchedule.oneCycle(6, 128, 0.15), "g0b1", "g1b1")),
        Distillation.standard(),
        FusionSettings.standard(),
        null);
  }

  /** CIFAR-10 within two hours on two cores. */
  private static TrainingConfig cifar10() {
    return new TrainingConfig(
        "cifar10",
        1,
        SMALL,
        new Augmentation(2, true),
        "wcn-48-192-192",
        TrainingSchedule.fast(16, 0.1),
        10,
        List.of(2, 3, 4),
        List.of(
            StudentNet.of("wcn-16-32-48"),
            StudentNet.of("wcn-32-80-104").withEpochs(24),
            StudentNet.of("wcn-16-80x4-128x3")
                .withExits("g1.relu1", "g1.relu2", "g1.relu4")
                .withEpochs(18)
                .forPartitions(2, 3)),
        TrainingSchedule.fast(12, 0),
        List.of(
            PipelineNet.of(
                    "wcn-16-112x5-192x3",
                    TrainingSchedule.fast(12, 0),
                    "g1.relu1",
                    "g1.relu2",
                    "g1.relu4")
                .withAutoencoders(Autoencoder.everywhere(2, 3)),
            PipelineNet.of(
                "mbn-24-24x1-48x4-96x4-384",
                TrainingSchedule.oneCycle(14, 128, 0.2),
                "g0b0",
                "g1b1",
                "g1b3")),
        Distillation.standard(),
        FusionSettings.standard(),
        null);
  }

  /** Own pictures, a folder for each class: some thousand of them take half an hour. */
  private static TrainingConfig images() {
    return new TrainingConfig(
        "images",
        1,
        SMALL,
        new Augmentation(2, true),
        "wcn-32-96-128",
        TrainingSchedule.fast(30, 0.1).withBatch(64),
        6,
        List.of(2, 3, 4),
        List.of(StudentNet.of("wcn-8-16-24"), StudentNet.of("wcn-16-32-48")),
        TrainingSchedule.fast(24, 0).withBatch(64),
        List.of(),
        Distillation.standard(),
        FusionSettings.standard(),
        null);
  }
}
