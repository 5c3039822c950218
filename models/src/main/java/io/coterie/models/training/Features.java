package io.coterie.models.training;

import io.coterie.models.data.LabelledImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The teacher's pooled features of all images, computed once and kept in the work folder. */
record Features(TeacherNetwork teacher, Setup setup) {
  /** Number of variants that differ. */
  int variants() {
    TrainingConfig config = setup.config();
    return config.augmentation().changesNothing() ? 1 : config.variants();
  }

  /** Computes those of all variants of the training images and of the plain ones. */
  void compute() throws IOException {
    for (int variant = 0; variant < variants(); variant++) {
      compute(setup.data().train(), "train", variant);
    }
    compute(setup.data().train(), "train", BatchMaker.PLAIN);
    compute(setup.data().validation(), "validation", BatchMaker.PLAIN);
  }

  private void compute(LabelledImages images, String split, int variant) throws IOException {
    Path file = file(split, variant);
    if (!Files.exists(file)) {
      FeatureStore.write(file, teacher.features(images, split, variant));
    }
  }

  private Path file(String split, int variant) {
    return setup.work().features().resolve(split + "-" + name(variant).replace(' ', '-') + ".f32");
  }

  /** Such as {@code variant 3}, or {@code plain}. */
  static String name(int variant) {
    return variant == BatchMaker.PLAIN ? "plain" : "variant " + variant;
  }

  /** Features of the training images in a variant, {@code [images, filters]}. */
  FeatureStore train(int variant) throws IOException {
    return FeatureStore.open(
        file("train", variant), setup.data().train().size(), teacher.filters());
  }

  /** Features of the training images in every variant. */
  List<FeatureStore> trainVariants() throws IOException {
    List<FeatureStore> stores = new ArrayList<>();
    for (int variant = 0; variant < variants(); variant++) {
      stores.add(train(variant));
    }
    return stores;
  }

  /** Features of the validation images, {@code [images, filters]}. */
  FeatureStore validation() throws IOException {
    Path file = file("validation", BatchMaker.PLAIN);
    return FeatureStore.open(file, setup.data().validation().size(), teacher.filters());
  }
}
