package io.coterie.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.torch.TorchNet;
import java.util.List;
import java.util.Map;

/**
 * The loss of one student, independent of all others (ours): its portion stands beside the
 * teacher's features of the other partitions before the teacher's linear layer, and the answer is
 * compared with the label and the teacher's soft answer; so is the answer from this portion alone,
 * the others at their means; and the portion itself is compared with the teacher's features.
 */
final class StudentLoss implements Fit.Loss {
  private final LabelledImages images;
  private final List<FeatureStore> variants;
  private final List<Integer> filters;
  private final Distillation settings;
  private final LinearHead teacher;
  private final LinearHead others;
  private final float[] aloneBias;
  private final float[] inverseDeviation;
  private final NDArray ownWeight;
  private final float[] features;

  /**
   * Prepares the loss.
   *
   * @param variants the teacher's features of each variant of the training images
   * @param statistics mean and deviation of the teacher's features
   */
  StudentLoss(
      TorchNet torch,
      LabelledImages images,
      List<FeatureStore> variants,
      Statistics statistics,
      LinearHead teacher,
      List<Integer> filters,
      Distillation settings) {
    this.images = images;
    this.variants = variants;
    this.filters = filters;
    this.settings = settings;
    this.teacher = teacher;
    this.others = teacher.without(filters);
    this.aloneBias = new float[teacher.labels()];
    others.logits(statistics.mean(), 0, aloneBias, 0);
    this.inverseDeviation = new float[filters.size()];
    for (int i = 0; i < filters.size(); i++) {
      inverseDeviation[i] = 1 / statistics.deviation()[filters.get(i)];
    }
    LinearHead own = teacher.select(filters);
    Shape shape = new Shape(own.labels(), own.features());
    this.ownWeight = torch.manager().create(own.weight(), shape).transpose();
    this.features = new float[teacher.features()];
  }

  @Override
  public NDArray of(Map<String, NDArray> outputs, NDManager batch, int[] chosen, int variant) {
    int labels = teacher.labels();
    float[] rest = new float[chosen.length * labels];
    float[] soft = new float[chosen.length * labels];
    float[] wanted = new float[chosen.length * filters.size()];
    int[] truth = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      variants.get(variant).row(chosen[i], features);
      others.logits(features, 0, rest, i * labels);
      teacher.logits(features, 0, soft, i * labels);
      Losses.softmax(soft, i * labels, labels, settings.temperature());
      for (int f = 0; f < filters.size(); f++) {
        wanted[i * filters.size() + f] = features[filters.get(f)];
      }
      truth[i] = images.label(chosen[i]);
    }
    NDArray portion = outputs.get(Architecture.PORTION);
    NDArray own = portion.matMul(ownWeight);
    Shape logits = new Shape(chosen.length, labels);
    NDArray hard = Losses.oneHot(batch, truth, labels, 0);
    NDArray softTarget = batch.create(soft, logits);
    float least = (float) (Losses.entropy(soft) / chosen.length);
    NDArray together = answerLoss(own.add(batch.create(rest, logits)), hard, softTarget, least);
    NDArray alone = answerLoss(own.add(batch.create(aloneBias)), hard, softTarget, least);
    NDArray error = portion.sub(batch.create(wanted, portion.getShape()));
    NDArray scaled = error.mul(batch.create(inverseDeviation)).square().mean();
    return together
        .add(alone.mul((float) settings.alone()))
        .add(scaled.mul((float) settings.features()));
  }

  /**
   * (1 - alpha) cross-entropy + alpha T^2 divergence from the teacher's soft answer.
   *
   * @param least the soft answers' mean entropy, which no student can go below
   */
  private NDArray answerLoss(NDArray logits, NDArray hard, NDArray soft, float least) {
    // Factors are floats: DJL turns a double into a float64 tensor.
    float t = (float) settings.temperature();
    float alpha = (float) settings.alpha();
    NDArray label = Losses.crossEntropy(logits, hard).mul(1 - alpha);
    NDArray divergence = Losses.crossEntropy(logits.div(t), soft).sub(least);
    return label.add(divergence.mul(alpha * t * t));
  }
}
