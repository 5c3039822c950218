package io.coterie.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Weights;
import io.coterie.models.torch.TorchNet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The loss of one student, independent of all others (ours), summed over its exits: its portion
 * stands beside the teacher's features of the other partitions before the teacher's linear layer,
 * and the answer is compared with the label and the teacher's soft answer; so is the answer of a
 * linear layer of its own that reads nothing but the portion and is thrown away afterwards; and the
 * portion itself is compared with the teacher's features.
 *
 * <p>While it learns, a student gives each feature in units of the deviation that it has at the
 * teacher, beginning at its mean: how fast and how safely it learns must not depend on the scale of
 * somebody's features. {@link Source#inUnitsOfTheTeacher} makes a learnt student one that gives the
 * features themselves.
 */
final class StudentLoss implements Fit.Loss {
  private static final String ALONE = "alone";

  /** Weight of an exit before the last (ours): the last is what most frames should not need. */
  private static final float EARLY = 0.5f;

  /**
   * What all students learn from.
   *
   * @param images the training split
   * @param variants the teacher's features of each variant of the training images
   * @param statistics mean and deviation of the teacher's features
   * @param head the teacher's linear layer
   */
  record Source(
      LabelledImages images, List<FeatureStore> variants, Statistics statistics, LinearHead head) {
    /**
     * The outputs begin at the features' means; the own linear layers as the teacher's with all
     * other features at their means.
     */
    Weights start(Weights random, Net learning, List<Integer> filters) {
      LinearHead normalised = head.scaled(statistics.deviation());
      float[] means = new float[head.features()];
      for (int i = 0; i < means.length; i++) {
        means[i] = statistics.normalisedMean(i);
      }
      float[] bias = new float[head.labels()];
      normalised.without(filters).logits(means, 0, bias, 0);
      Weights start = random;
      for (Node node : learning.nodes()) {
        if (node instanceof Node.Linear alone) {
          start = start.with(alone.weight(), normalised.select(filters).weight());
          start = start.with(alone.bias(), bias.clone());
        } else if (node instanceof Node.BatchNorm norm && norm.isOfOutput()) {
          start = start.with(norm.shift(), chosen(means, filters));
        }
      }
      return start;
    }

    private static float[] chosen(float[] values, List<Integer> filters) {
      float[] chosen = new float[filters.size()];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = values[filters.get(i)];
      }
      return chosen;
    }

    /**
     * The learnt weights with outputs multiplied by the features' deviations: ReLU and mean let the
     * factor of the normalisation before them through.
     */
    Weights inUnitsOfTheTeacher(Weights learnt, Net learning, List<Integer> filters) {
      float[] deviations = chosen(statistics.deviation(), filters);
      Weights weights = learnt;
      for (Node node : learning.nodes()) {
        if (node instanceof Node.BatchNorm norm && norm.isOfOutput()) {
          weights = weights.with(norm.scale(), product(weights.of(norm.scale()), deviations));
          weights = weights.with(norm.shift(), product(weights.of(norm.shift()), deviations));
        }
      }
      return weights;
    }

    private static float[] product(float[] values, float[] factors) {
      float[] product = values.clone();
      for (int i = 0; i < product.length; i++) {
        product[i] *= factors[i];
      }
      return product;
    }
  }

  private final Source source;
  private final List<Integer> filters;
  private final Distillation settings;
  private final LinearHead teacher;
  private final LinearHead others;
  private final NDArray ownWeight;
  private final float[] features;

  StudentLoss(TorchNet torch, Source source, List<Integer> filters, Distillation settings) {
    this.source = source;
    this.filters = filters;
    this.settings = settings;
    this.teacher = source.head().scaled(source.statistics().deviation());
    this.others = teacher.without(filters);
    LinearHead own = teacher.select(filters);
    Shape shape = new Shape(own.labels(), own.features());
    this.ownWeight = torch.manager().create(own.weight(), shape).transpose();
    this.features = new float[teacher.features()];
  }

  /** The student with the linear layers that it has while learning, one at each exit. */
  static Net learning(Net student, int portionSize, int labels) {
    List<Node> nodes = new ArrayList<>(student.nodes());
    List<String> outputs = new ArrayList<>();
    for (String portion : student.outputs()) {
      nodes.add(new Node.Linear(alone(portion), portion, portionSize, labels));
      outputs.add(portion);
      outputs.add(alone(portion));
    }
    return new Net(student.name(), student.source(), student.input(), nodes, outputs);
  }

  private static String alone(String portion) {
    return portion.replace(Architecture.PORTION, ALONE);
  }

  @Override
  public NDArray of(Map<String, NDArray> outputs, NDManager batch, int[] chosen, int variant) {
    int labels = teacher.labels();
    float[] rest = new float[chosen.length * labels];
    float[] soft = new float[chosen.length * labels];
    float[] wanted = new float[chosen.length * filters.size()];
    int[] truth = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      source.variants().get(variant).row(chosen[i], features);
      normalise();
      others.logits(features, 0, rest, i * labels);
      teacher.logits(features, 0, soft, i * labels);
      for (int f = 0; f < filters.size(); f++) {
        wanted[i * filters.size() + f] = features[filters.get(f)];
      }
      truth[i] = source.images().label(chosen[i]);
    }
    Targets targets =
        new Targets(
            AnswerTargets.of(batch, truth, soft, settings),
            batch.create(rest, new Shape(chosen.length, labels)),
            batch.create(wanted, new Shape(chosen.length, filters.size())));
    NDArray sum = atExit(outputs, Architecture.PORTION, targets);
    for (String portion : outputs.keySet()) {
      if (portion.endsWith("." + Architecture.PORTION)) {
        sum = sum.add(Losses.scaled(atExit(outputs, portion, targets), EARLY));
      }
    }
    return sum;
  }

  private void normalise() {
    for (int i = 0; i < features.length; i++) {
      features[i] /= source.statistics().deviation()[i];
    }
  }

  /**
   * What a batch is compared with, the same at all exits.
   *
   * @param rest logits of the other partitions
   * @param wanted the teacher's features, in units of their deviations
   */
  private record Targets(AnswerTargets answers, NDArray rest, NDArray wanted) {}

  private NDArray atExit(Map<String, NDArray> outputs, String name, Targets targets) {
    NDArray portion = outputs.get(name);
    NDArray together = targets.answers().loss(portion.matMul(ownWeight).add(targets.rest()));
    NDArray alone = targets.answers().loss(outputs.get(alone(name)));
    NDArray distance = portion.sub(targets.wanted()).square().mean();
    return together
        .add(Losses.scaled(alone, (float) settings.alone()))
        .add(Losses.scaled(distance, (float) settings.features()));
  }
}
