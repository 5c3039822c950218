package io.coterie.models.training;

import io.coterie.models.net.Architecture;
import io.coterie.protocol.json.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network with exits that is cut at them (strategy mdi-exit). In the bundle it is a pipeline, and
 * with each of its autoencoders another one.
 *
 * @param net name of its architecture, such as {@code wcn-32-96-128}
 * @param exits names of the feature maps that exits before the last read and that travel to the
 *     next segment, from the earliest; 1 to 15
 * @param schedule how it learns
 * @param autoencoders none where it is not said
 */
public record PipelineNet(
    String net, List<String> exits, TrainingSchedule schedule, List<Autoencoder> autoencoders) {
  private static final int MOST_EXITS = 15;

  public PipelineNet {
    Architecture.parse(Check.text(net, "pipelines.net"));
    exits = Check.list(exits, "pipelines.exits");
    Check.present(schedule, "pipelines.schedule");
    autoencoders = Check.listOrEmpty(autoencoders, "pipelines.autoencoders");
    if (exits.isEmpty() || exits.size() > MOST_EXITS) {
      throw new IllegalArgumentException(
          "must be 1 to " + MOST_EXITS + ": exits=" + exits + " of the pipeline " + net);
    }
    int cuts = exits.size();
    if (autoencoders.stream().flatMap(a -> a.cuts().stream()).anyMatch(cut -> cut > cuts)) {
      throw new IllegalArgumentException(
          "an autoencoder at more than " + cuts + " cuts: pipeline " + net);
    }
  }

  /** A pipeline without autoencoders. */
  public static PipelineNet of(String net, TrainingSchedule schedule, String... exits) {
    return new PipelineNet(net, List.of(exits), schedule, List.of());
  }

  /** The same with autoencoders besides. */
  public PipelineNet withAutoencoders(Autoencoder... others) {
    return new PipelineNet(net, exits, schedule, List.of(others));
  }

  /** The same with another number of epochs. */
  public PipelineNet withEpochs(int other) {
    return new PipelineNet(net, exits, schedule.withEpochs(other), autoencoders);
  }

  /** What there is to learn: the network, and after it each autoencoder. */
  List<PipelineTask> tasks() {
    List<PipelineTask> tasks = new ArrayList<>();
    tasks.add(new PipelineTask(this, Optional.empty()));
    autoencoders.forEach(a -> tasks.add(new PipelineTask(this, Optional.of(a))));
    return tasks;
  }
}
