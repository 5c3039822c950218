package io.coterie.models.training;

import io.coterie.models.data.Dataset;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Weights;
import io.coterie.protocol.bundle.InputSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Distils students, each alone, from the teacher's cached features. */
final class StudentTrainer {
  private final TrainingConfig config;
  private final Dataset data;
  private final InputSpec input;
  private final WorkFolder work;
  private final Features features;
  private final ProgressSink progress;

  StudentTrainer(
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

  Net net(StudentTask task) {
    return Architecture.parse(task.net().net())
        .student(data.shape(), task.filters().size(), task.net().exits());
  }

  private Path file(StudentTask task) {
    return work.student(task.net(), task.filters()).resolve("weights.bin");
  }

  boolean done(StudentTask task) {
    return Files.exists(file(task));
  }

  Weights weights(StudentTask task) throws IOException {
    return Weights.read(file(task));
  }

  /** Trains the student unless it is there. */
  void train(StudentTask task, LinearHead head) throws IOException {
    if (done(task)) {
      return;
    }
    List<FeatureStore> variants = features.trainVariants();
    Statistics statistics = Statistics.of(variants.get(0).all(), head.features());
    // The same seed as the teacher's: a variant must be the same image for both.
    long variantSeed = Seeds.mix(config.seed(), 3);
    long ownSeed =
        Seeds.mix(config.seed(), 4, task.filters().hashCode(), task.net().net().hashCode());
    BatchMaker batches = new BatchMaker(data.train(), input, config.augmentation(), variantSeed);
    Fit fit =
        new Fit(
            task.title(),
            batches,
            task.net().schedule(config.studentSchedule()),
            epoch -> epoch % variants.size(),
            ownSeed,
            work.student(task.net(), task.filters()).resolve("checkpoint-normalised.bin"),
            progress);
    StudentLoss.Source source = new StudentLoss.Source(data.train(), variants, statistics, head);
    Net net = StudentLoss.learning(net(task), task.filters().size(), head.labels());
    Weights start = source.start(Whitening.initial(net, ownSeed, batches), net, task.filters());
    Weights trained =
        fit.run(
            net,
            start,
            torch -> new StudentLoss(torch, source, task.filters(), config.distillation()));
    source.inUnitsOfTheTeacher(trained, net, task.filters()).write(file(task));
  }
}
