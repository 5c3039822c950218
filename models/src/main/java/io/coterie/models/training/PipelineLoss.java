package io.coterie.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Autoencoders;
import io.coterie.models.net.Net;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The loss of a network with exits: every exit's answer is compared with the label and the
 * teacher's soft answer. Where autoencoders learn, the exits behind the first of them count, and
 * what each makes of its value is compared with the value: mean square of the difference as a part
 * of the value's variance in the batch. Form and weights are ours.
 *
 * @param images the training split
 * @param variants the teacher's features of each variant of the training images
 * @param head the teacher's linear layer
 * @param net as it is deployed
 */
record PipelineLoss(
    LabelledImages images,
    List<FeatureStore> variants,
    LinearHead head,
    Distillation settings,
    PipelineTask task,
    Net net)
    implements Fit.Loss {
  /** Weight of an exit before the last. */
  private static final float EARLY = 0.5f;

  /** Names of the logits that count. */
  private List<String> answers() {
    int first = 0;
    if (task.autoencoder().isPresent()) {
      first = 1 + task.pipeline().exits().indexOf(task.compressed().get(0));
    }
    return net.outputs().subList(first, net.outputs().size());
  }

  /** The network with the outputs that the loss reads. */
  Net learning() {
    List<String> outputs = new ArrayList<>(answers());
    for (String value : task.compressed()) {
      outputs.add(value);
      outputs.add(Autoencoders.decoded(value));
    }
    return net.withOutputs(outputs.toArray(String[]::new));
  }

  @Override
  public NDArray of(Map<String, NDArray> outputs, NDManager batch, int[] chosen, int variant) {
    AnswerTargets targets = targets(batch, chosen, variant);
    NDArray sum = targets.loss(outputs.get(Architecture.LOGITS));
    for (String answer : answers()) {
      if (!answer.equals(Architecture.LOGITS)) {
        sum = sum.add(Losses.scaled(targets.loss(outputs.get(answer)), EARLY));
      }
    }
    for (String value : task.compressed()) {
      NDArray found = outputs.get(Autoencoders.decoded(value));
      sum = sum.add(distance(found, outputs.get(value).stopGradient()));
    }
    return sum;
  }

  private AnswerTargets targets(NDManager batch, int[] chosen, int variant) {
    int labels = head.labels();
    float[] features = new float[head.features()];
    float[] logits = new float[chosen.length * labels];
    int[] truth = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      variants.get(variant).row(chosen[i], features);
      head.logits(features, 0, logits, i * labels);
      truth[i] = images.label(chosen[i]);
    }
    return AnswerTargets.of(batch, truth, logits, settings);
  }

  private static NDArray distance(NDArray found, NDArray wanted) {
    NDArray variance = wanted.sub(wanted.mean()).square().mean();
    return found.sub(wanted).square().mean().div(variance.add(1e-6f));
  }
}
