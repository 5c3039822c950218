package io.coterie.models.training;

import io.coterie.models.data.Dataset;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Weights;
import io.coterie.protocol.bundle.InputSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Learns pipelines from the labels and the teacher's cached features. */
final class PipelineTrainer {
  private final TrainingConfig config;
  private final Dataset data;
  private final InputSpec input;
  private final WorkFolder work;
  private final Features features;
  private final ProgressSink progress;

  PipelineTrainer(
      TrainingConfig config,
      Dataset data,
      InputSpec input,
      WorkFolder work,
      Features features,
      ProgressSink progress) {
    this.config = config;
    this.data = data;
    this.input = input;
    this.work = work;
    this.features = features;
    this.progress = progress;
  }

  /** The network as it is deployed, uncut. Outputs are the logits of all exits. */
  Net net(PipelineTask task) {
    return task.net(data.shape(), data.labels().size());
  }

  private Path file(PipelineTask task) {
    return work.pipeline(task).resolve("weights.bin");
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
    long seed = Seeds.mix(config.seed(), 10, task.name().hashCode());
    // The same seed as the teacher's: a variant must be the same image for both.
    long variantSeed = Seeds.mix(config.seed(), 3);
    BatchMaker batches = new BatchMaker(data.train(), input, config.augmentation(), variantSeed);
    Fit fit =
        new Fit(
            task.title(),
            batches,
            task.schedule(),
            epoch -> epoch % features.variants(),
            seed,
            work.pipeline(task).resolve("checkpoint.bin"),
            progress);
    PipelineLoss.Source source =
        new PipelineLoss.Source(
            data.train(), features.trainVariants(), head, config.distillation());
    Net net = net(task);
    Weights start = Whitening.initial(net, seed, batches);
    Set<String> frozen = Set.of();
    if (task.autoencoder().isPresent()) {
      start = withBackbone(start, task);
      frozen =
          task.backbone(data.shape(), data.labels().size()).nodes().stream()
              .map(Node::name)
              .collect(Collectors.toSet());
    }
    PipelineLoss loss = new PipelineLoss(source, task, net);
    fit.run(PipelineLoss.learning(task, net), start, frozen, torch -> loss).write(file(task));
  }

  private Weights withBackbone(Weights start, PipelineTask task) throws IOException {
    Map<String, float[]> values = new LinkedHashMap<>(start.values());
    values.putAll(weights(task.pipeline().tasks().get(0)).values());
    values.remove(Fit.SECONDS);
    return new Weights(values);
  }
}
