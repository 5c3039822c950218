package io.coterie.models.training;

import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Learns pipelines from the labels and the teacher's cached features. */
record PipelineTrainer(Setup setup, Features features) {
  /** The network as it is deployed, uncut. Outputs are the logits of all exits. */
  Net net(PipelineTask task) {
    return task.net(setup.data().shape(), setup.labels());
  }

  private Path file(PipelineTask task) {
    return setup.work().pipeline(task).resolve("weights.bin");
  }

  Weights weights(PipelineTask task) throws IOException {
    return Weights.read(file(task));
  }

  /** Trains whatever of the pipeline is not there yet. */
  void train(PipelineNet pipeline, LinearHead head) throws IOException {
    for (PipelineTask task : pipeline.tasks()) {
      if (!Files.exists(file(task))) {
        train(task, head);
      }
    }
  }

  private void train(PipelineTask task, LinearHead head) throws IOException {
    long seed = setup.seed(10, task.name().hashCode());
    BatchMaker batches = setup.batches(setup.data().train());
    Fit fit =
        new Fit(
            task.title(),
            batches,
            task.schedule(),
            epoch -> epoch % features.variants(),
            seed,
            setup.work().pipeline(task).resolve("checkpoint.bin"),
            setup.progress());
    Net net = net(task);
    Weights start = Whitening.initial(net, seed, batches);
    Set<String> frozen = Set.of();
    if (task.autoencoder().isPresent()) {
      start = withBackbone(start, task);
      frozen =
          task.backbone(setup.data().shape(), setup.labels()).nodes().stream()
              .map(Node::name)
              .collect(Collectors.toSet());
    }
    PipelineLoss loss =
        new PipelineLoss(
            setup.data().train(),
            features.trainVariants(),
            head,
            setup.config().distillation(),
            task,
            net);
    fit.run(loss.learning(), start, frozen, torch -> loss).write(file(task));
  }

  private Weights withBackbone(Weights start, PipelineTask task) throws IOException {
    Map<String, float[]> values = new LinkedHashMap<>(start.values());
    values.putAll(weights(task.pipeline().tasks().get(0)).values());
    values.remove(Fit.SECONDS);
    return new Weights(values);
  }
}
