package io.coterie.agent.trial;

import io.coterie.agent.compute.Processor;
import io.coterie.agent.fusion.FusionLayers;
import io.coterie.agent.student.LoadedStudent;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.StudentRole;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Students of a bundle that is tried, all stages of each, and the fusion layers behind them. */
public final class StudentsOnTrial implements TrialModels {
  private static final FrameKey NO_FRAME = new FrameKey("canary", "trial");

  private final Manifest manifest;
  private final Processor processor;
  private final List<LoadedStudent> students = new ArrayList<>();
  private Optional<FusionLayers> layers = Optional.empty();

  /**
   * Loads everything.
   *
   * @param roles what it takes, as if it were to be carried out
   * @param models the bytes of a file by its digest
   * @throws ModelException if something cannot be loaded; then nothing is
   */
  public StudentsOnTrial(
      Assignment roles, Manifest manifest, Function<String, byte[]> models, Processor processor)
      throws ModelException {
    this.manifest = manifest;
    this.processor = processor;
    try {
      for (StudentRole role : roles.students()) {
        students.add(LoadedStudent.load(role, manifest, models, processor));
      }
      for (FuserRole role : roles.fusers()) {
        Partitioning partitioning = manifest.partitioning(role.strategy(), role.k()).orElseThrow();
        layers = Optional.of(new FusionLayers(manifest, partitioning, models, processor.engine()));
      }
    } catch (ModelException e) {
      close();
      throw e;
    }
  }

  @Override
  public InputSpec input() {
    return manifest.input();
  }

  @Override
  public long run(FloatBuffer image) throws ModelException {
    long slowestNs = 0;
    List<List<float[]>> portions = new ArrayList<>();
    for (LoadedStudent student : students) {
      long startNs = processor.loop().nowNs();
      portions.add(run(student, image));
      processor.slowDown(startNs);
      slowestNs = Math.max(slowestNs, processor.sinceNs(startNs));
    }
    fuse(portions);
    return slowestNs;
  }

  /** The portion of each exit. */
  private static List<float[]> run(LoadedStudent student, FloatBuffer image) throws ModelException {
    List<float[]> portions = new ArrayList<>();
    for (int exit = 1; exit <= student.exits(); exit++) {
      float[] portion = student.run(exit, image).clone();
      StudentRole role = student.role();
      TrialModels.checkNumbers(
          portion, "student " + role.student() + " of partition " + role.partition());
      portions.add(portion);
    }
    return portions;
  }

  private void fuse(List<List<float[]>> portions) throws ModelException {
    if (layers.isEmpty() || students.isEmpty()) {
      return;
    }
    StudentRole any = students.get(0).role();
    for (int exit = 1; exit <= students.get(0).exits(); exit++) {
      List<Optional<Portion>> all = new ArrayList<>(Collections.nCopies(any.k(), Optional.empty()));
      for (int i = 0; i < students.size(); i++) {
        StudentRole role = students.get(i).role();
        all.set(role.partition(), Optional.of(portion(role, exit, portions.get(i).get(exit - 1))));
      }
      layers.get().fuse(exit, all);
    }
  }

  private static Portion portion(StudentRole role, int exit, float[] values) {
    return new Portion(
        NO_FRAME,
        role.bundle(),
        role.strategy(),
        role.k(),
        role.partition(),
        exit,
        1,
        "canary",
        values,
        "");
  }

  @Override
  public void close() {
    students.forEach(LoadedStudent::close);
    layers.ifPresent(FusionLayers::close);
  }
}
