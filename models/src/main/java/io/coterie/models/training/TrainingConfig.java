package io.coterie.models.training;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Architecture;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Check;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Everything that decides what a training makes, apart from the data. The same configuration on the
 * same data and machine gives the same bundle, up to the order in which threads add.
 *
 * @param name of the bundle
 * @param seed of everything random
 * @param input what the images of a folder are brought to; other data has a shape of its own
 * @param teacher network name, such as {@code wrn-16-1}
 * @param variants augmentations of each image that students see, one per epoch in turn
 * @param ks numbers of partitions, each 1 to 16
 * @param students from the smallest to the largest, no two of one name; none where there are
 *     pipelines only
 * @param pipelines no two of one network; none where it is not said
 * @param given a teacher that is there already; {@code null} where one is learnt
 */
public record TrainingConfig(
    String name,
    long seed,
    ImageShape input,
    Augmentation augmentation,
    String teacher,
    TrainingSchedule teacherSchedule,
    int variants,
    List<Integer> ks,
    List<StudentNet> students,
    TrainingSchedule studentSchedule,
    List<PipelineNet> pipelines,
    Distillation distillation,
    FusionSettings fusion,
    GivenTeacher given) {
  private static final int MOST_PARTITIONS = 16;

  public TrainingConfig {
    Check.text(name, "name");
    Check.present(input, "input");
    Check.present(augmentation, "augmentation");
    Check.present(teacherSchedule, "teacherSchedule");
    Check.present(studentSchedule, "studentSchedule");
    Check.present(distillation, "distillation");
    Check.present(fusion, "fusion");
    Check.positive(variants, "variants");
    ks = Check.list(ks, "ks").stream().sorted().distinct().toList();
    students = Check.list(students, "students");
    int most = given == null ? Architecture.parse(teacher).filters() : MOST_PARTITIONS;
    most = Math.min(MOST_PARTITIONS, most);
    if (ks.isEmpty() || ks.get(0) < 1 || ks.get(ks.size() - 1) > most) {
      throw new IllegalArgumentException("must be in 1.." + most + ": ks=" + ks);
    }
    pipelines = Check.listOrEmpty(pipelines, "pipelines");
    checkNets(students, pipelines);
  }

  private static void checkNets(List<StudentNet> students, List<PipelineNet> pipelines) {
    List<String> names = new ArrayList<>(students.stream().map(StudentNet::name).toList());
    pipelines.forEach(net -> net.tasks().forEach(task -> names.add(task.title())));
    if (names.isEmpty() || new HashSet<>(names).size() != names.size()) {
      throw new IllegalArgumentException("must be at least one, no two the same: " + names);
    }
    long counts =
        students.stream().mapToInt(StudentNet::exitCount).filter(n -> n > 1).distinct().count();
    if (counts > 1) {
      throw new IllegalArgumentException("students with exits must all have as many: " + names);
    }
  }

  /**
   * The same with nothing but what a strategy needs.
   *
   * @throws IllegalArgumentException if it has nothing for it
   */
  public TrainingConfig only(Strategy strategy) {
    boolean pipeline = strategy == Strategy.MDI_EXIT;
    List<StudentNet> kept =
        students.stream()
            .filter(net -> !pipeline && net.exits().isEmpty() == (strategy == Strategy.ROCOIN))
            .toList();
    if (pipeline ? pipelines.isEmpty() : kept.isEmpty()) {
      throw new IllegalArgumentException(
          "the configuration %s has nothing for the strategy %s".formatted(name, strategy.text()));
    }
    return toBuilder().students(kept).pipelines(pipeline ? pipelines : List.of()).build();
  }

  /** The students of one exit, or those of several, for so many partitions; from the smallest. */
  List<StudentNet> students(Strategy strategy, int k) {
    return students.stream()
        .filter(net -> net.isFor(k))
        .filter(net -> net.exits().isEmpty() == (strategy == Strategy.ROCOIN))
        .toList();
  }

  /**
   * A configuration by its name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static TrainingConfig preset(String name) {
    return Presets.of(name);
  }

  /** What is needed to change parts of it. */
  public TrainingConfigBuilder toBuilder() {
    return new TrainingConfigBuilder(this);
  }
}
