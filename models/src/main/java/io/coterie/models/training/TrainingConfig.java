package io.coterie.models.training;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Architecture;
import io.coterie.protocol.json.Check;
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
 * @param students network names from the smallest to the largest
 */
public record TrainingConfig(
    String name,
    long seed,
    ImageShape input,
    Augmentation augmentation,
    String teacher,
    Schedule teacherSchedule,
    int variants,
    List<Integer> ks,
    List<String> students,
    Schedule studentSchedule,
    Distillation distillation,
    FusionSettings fusion) {
  private static final ImageShape SMALL = new ImageShape(3, 32, 32);

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
    int filters = Architecture.parse(teacher).filters();
    if (ks.isEmpty() || ks.get(0) < 1 || ks.get(ks.size() - 1) > Math.min(16, filters)) {
      throw new IllegalArgumentException("must be in 1.." + Math.min(16, filters) + ": ks=" + ks);
    }
    students.forEach(Architecture::parse);
    if (students.isEmpty() || new HashSet<>(students).size() != students.size()) {
      throw new IllegalArgumentException("must be at least one, no two the same: " + students);
    }
  }

  /**
   * A configuration by its name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static TrainingConfig preset(String name) {
    return switch (name) {
      case "meter-digits" -> meterDigits();
      case "cifar10" -> cifar10();
      case "images" -> images();
      default ->
          throw new IllegalArgumentException(
              "unknown preset '" + name + "': there are meter-digits, cifar10 and images");
    };
  }

  /** Water-meter digits: 20 minutes on two cores. */
  public static TrainingConfig meterDigits() {
    return new TrainingConfig(
        "meter-digits",
        1,
        SMALL,
        new Augmentation(1, false),
        "wrn-10-2-s2",
        Schedule.oneCycle(9, 128, 0.15),
        2,
        List.of(2, 3, 4),
        List.of("wrn-10-0.5-s2", "wrn-10-1-s2"),
        Schedule.oneCycle(6, 128, 0.15),
        Distillation.standard(),
        FusionSettings.standard());
  }

  /** CIFAR-10 within an hour and a half on one or two cores. */
  public static TrainingConfig cifar10() {
    return new TrainingConfig(
        "cifar10",
        1,
        SMALL,
        new Augmentation(4, true),
        "wrn-16-1",
        Schedule.oneCycle(16, 128, 0.2),
        5,
        List.of(2, 4),
        List.of("wrn-10-1"),
        Schedule.oneCycle(5, 128, 0.2),
        Distillation.standard(),
        FusionSettings.standard());
  }

  /** Own pictures, a folder for each class: some thousand of them take half an hour. */
  public static TrainingConfig images() {
    return new TrainingConfig(
        "images",
        1,
        SMALL,
        new Augmentation(3, true),
        "wrn-16-1",
        Schedule.oneCycle(30, 64, 0.1),
        4,
        List.of(2, 3, 4),
        List.of("wrn-10-1-s2", "wrn-10-1"),
        Schedule.oneCycle(16, 64, 0.1),
        Distillation.standard(),
        FusionSettings.standard());
  }

  public TrainingConfig withName(String other) {
    return new TrainingConfig(
        other,
        seed,
        input,
        augmentation,
        teacher,
        teacherSchedule,
        variants,
        ks,
        students,
        studentSchedule,
        distillation,
        fusion);
  }

  public TrainingConfig withSeed(long other) {
    return new TrainingConfig(
        name,
        other,
        input,
        augmentation,
        teacher,
        teacherSchedule,
        variants,
        ks,
        students,
        studentSchedule,
        distillation,
        fusion);
  }

  public TrainingConfig withInput(ImageShape other) {
    return new TrainingConfig(
        name,
        seed,
        other,
        augmentation,
        teacher,
        teacherSchedule,
        variants,
        ks,
        students,
        studentSchedule,
        distillation,
        fusion);
  }

  public TrainingConfig withAugmentation(Augmentation other) {
    return new TrainingConfig(
        name,
        seed,
        input,
        other,
        teacher,
        teacherSchedule,
        variants,
        ks,
        students,
        studentSchedule,
        distillation,
        fusion);
  }

  public TrainingConfig withKs(List<Integer> other) {
    return new TrainingConfig(
        name,
        seed,
        input,
        augmentation,
        teacher,
        teacherSchedule,
        variants,
        other,
        students,
        studentSchedule,
        distillation,
        fusion);
  }

  public TrainingConfig withNets(String otherTeacher, List<String> otherStudents) {
    return new TrainingConfig(
        name,
        seed,
        input,
        augmentation,
        otherTeacher,
        teacherSchedule,
        variants,
        ks,
        otherStudents,
        studentSchedule,
        distillation,
        fusion);
  }

  public TrainingConfig withEpochs(int teacherEpochs, int studentEpochs) {
    return new TrainingConfig(
        name,
        seed,
        input,
        augmentation,
        teacher,
        teacherSchedule.withEpochs(teacherEpochs),
        variants,
        ks,
        students,
        studentSchedule.withEpochs(studentEpochs),
        distillation,
        fusion);
  }
}
