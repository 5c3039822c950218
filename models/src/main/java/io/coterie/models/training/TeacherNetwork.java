package io.coterie.models.training;

import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import java.io.IOException;

/**
 * The large model that students learn from: pooled features, and a linear layer from them to
 * logits. Not thread-safe.
 */
interface TeacherNetwork {
  /** Its name in the bundle. */
  String name();

  /** Learns, or reads what an earlier run has learnt. Everything below needs that. */
  void prepare() throws IOException;

  /** Number of values of the pooled features. */
  int filters() throws IOException;

  /**
   * Pooled features of all images in a variant, row-major {@code [images, filters]}.
   *
   * @param split what the images are, for progress
   */
  float[] features(LabelledImages images, String split, int variant) throws IOException;

  /**
   * The linear layer from pooled features to logits.
   *
   * @param features of the training images
   */
  LinearHead head(Features features) throws IOException;

  /** From images to logits, checked against what students learn from. */
  byte[] graph(Export export) throws IOException;

  /** Number of learnt values. */
  long parameters() throws IOException;

  /** Floating-point operations for one image. */
  long flops() throws IOException;

  /** How long it took to learn. */
  double seconds() throws IOException;
}
