package io.coterie.models.training;

import io.coterie.models.data.Dataset;
import io.coterie.models.data.LabelledImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The teacher's pooled features of all images, computed once and kept in the work folder. */
final class Features {
  private final TeacherNetwork teacher;
  private final Dataset data;
  private final Path folder;
  private final int variants;

  Features(TeacherNetwork teacher, Setup setup) {
    this.teacher = teacher;
    this.data = setup.data();
    this.folder = setup.work().features();
    TrainingConfig config = setup.config();
    this.variants = config.augmentation().changesNothing() ? 1 : config.variants();
  }

  /** Number of variants that differ. */
  int variants() {
    return variants;
  }

  /** Computes those of all variants of the training images and of the plain ones. */
  void compute() throws IOException {
    for (int variant = 0; variant < variants; variant++) {
      compute(data.train(), "train", variant);
    }
    compute(data.train(), "train", BatchMaker.PLAIN);
    compute(data.validation(), "validation", BatchMaker.PLAIN);
  }

  private void compute(LabelledImages images, String split, int variant) throws IOException {
    Path file = file(split, variant);
    if (!Files.exists(file)) {
      FeatureStore.write(file, teacher.features(images, split, variant));
    }
  }

  private Path file(String split, int variant) {
    return folder.resolve(split + "-" + name(variant).replace(' ', '-') + ".f32");
  }

  /** Such as {@code variant 3}, or {@code plain}. */
  static String name(int variant) {
    return variant == BatchMaker.PLAIN ? "plain" : "variant " + variant;
  }

  /** Features of the training images in a variant, {@code [images, filters]}. */
  FeatureStore train(int variant) throws IOException {
    return FeatureStore.open(file("train", variant), data.train().size(), teacher.filters());
  }

  /** Features of the training images in every variant. */
  List<FeatureStore> trainVariants() throws IOException {
    List<FeatureStore> stores = new ArrayList<>();
    for (int variant = 0; variant < variants; variant++) {
      stores.add(train(variant));
    }
    return stores;
  }

  /** Features of the validation images, {@code [images, filters]}. */
  FeatureStore validation() throws IOException {
    Path file = file("validation", BatchMaker.PLAIN);
    return FeatureStore.open(file, data.validation().size(), teacher.filters());
  }
}
