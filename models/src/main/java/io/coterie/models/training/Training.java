package io.coterie.models.training;

import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.WholeFile;
import io.coterie.models.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/** Trains a bundle from a data set. */
public final class Training {
  private Training() {}

  /**
   * Runs all steps that the work folder does not hold yet, and writes the bundle. Killed at any
   * moment, the same call goes on from the last finished epoch of each network.
   *
   * @return the bundle's folder
   * @throws IOException if data, work folder or bundle cannot be read or written
   * @throws IllegalStateException if libtorch is missing, a training diverges, or an exported graph
   *     does not agree with the trained network
   */
  public static Path run(TrainingOptions options, ProgressSink progress) throws IOException {
    BundleFolder.check(options.bundle());
    Session session = Session.open(options.config(), options.data(), options.work(), progress);
    Torch.start(options.nativeCache(), options.threads(), options.config().seed());
    bringTeacher(options, session.work());
    session.teacher().prepare();
    session.features().compute();
    LinearHead head = session.head();
    if (options.jobs() > 1) {
      session.partitions();
      Workers.run(options);
    } else {
      session.learn(head, 0, 1);
    }
    int threads = Math.max(options.threads(), options.jobs());
    Export export = new Export(session, head, threads, new TreeMap<>());
    return new BundleWriter(session, export, options).write();
  }

  /** Copies a given teacher's file to where all processes of the training find it. */
  private static void bringTeacher(TrainingOptions options, WorkFolder work) throws IOException {
    if (options.teacher().isPresent() && !Files.exists(OnnxTeacher.file(work))) {
      WholeFile.write(OnnxTeacher.file(work), Files.readAllBytes(options.teacher().get()));
    }
  }
}
