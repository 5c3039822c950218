package io.coterie.models.training;

import io.coterie.models.data.Dataset;
import io.coterie.models.data.LabelledImages;
import io.coterie.protocol.bundle.InputSpec;
import java.nio.file.Path;

/**
 * What all steps of a training work with.
 *
 * @param input size and normalisation of the images that all networks read
 */
record Setup(
    TrainingConfig config, Dataset data, InputSpec input, WorkFolder work, ProgressSink progress) {
  static Setup of(TrainingConfig config, Dataset data, Path folder, ProgressSink progress) {
    return new Setup(
        config,
        data,
        Normalisation.of(data.train()),
        new WorkFolder(folder, config, data.fingerprint()),
        progress);
  }

  /** Number of classes. */
  int labels() {
    return data.labels().size();
  }

  /** A seed that depends on the training's and all arguments. */
  long seed(long... parts) {
    return Seeds.mix(config.seed(), parts);
  }

  /**
   * Images in batches; a variant of an image is the same for the teacher and who learns from it.
   */
  BatchMaker batches(LabelledImages images) {
    return new BatchMaker(images, input, config.augmentation(), seed(3));
  }
}
