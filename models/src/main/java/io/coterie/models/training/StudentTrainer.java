package io.coterie.models.training;

import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Distils students, each alone, from the teacher's cached features. */
record StudentTrainer(Setup setup, Features features) {
  Net net(StudentTask task) {
    return Architecture.parse(task.net().net())
        .student(setup.data().shape(), task.filters().size(), task.net().exits());
  }

  private Path file(StudentTask task) {
    return setup.work().student(task.net(), task.filters()).resolve("weights.bin");
  }

  Weights weights(StudentTask task) throws IOException {
    return Weights.read(file(task));
  }

  /** Trains the student unless it is there. */
  void train(StudentTask task, LinearHead head) throws IOException {
    if (Files.exists(file(task))) {
      return;
    }
    List<FeatureStore> variants = features.trainVariants();
    Statistics statistics = Statistics.of(variants.get(0).all(), head.features());
    long seed = setup.seed(4, task.filters().hashCode(), task.net().net().hashCode());
    BatchMaker batches = setup.batches(setup.data().train());
    Fit fit =
        new Fit(
            task.title(),
            batches,
            task.net().schedule(setup.config().studentSchedule()),
            epoch -> epoch % variants.size(),
            seed,
            setup.work().student(task.net(), task.filters()).resolve("checkpoint-normalised.bin"),
            setup.progress());
    StudentLoss.Source source =
        new StudentLoss.Source(setup.data().train(), variants, statistics, head);
    Net net = StudentLoss.learning(net(task), task.filters().size(), head.labels());
    Weights start = source.start(Whitening.initial(net, seed, batches), net, task.filters());
    Weights trained =
        fit.run(
            net,
            start,
            Set.of(),
            torch -> new StudentLoss(torch, source, task.filters(), setup.config().distillation()));
    source.inUnitsOfTheTeacher(trained, net, task.filters()).write(file(task));
  }
}
