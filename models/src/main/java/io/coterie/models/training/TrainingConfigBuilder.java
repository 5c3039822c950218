package io.coterie.models.training;

import io.coterie.models.data.ImageShape;
import java.util.List;

/** A configuration under change, from one that there is. Not thread-safe. */
public final class TrainingConfigBuilder {
  private final TrainingConfig from;
  private String name;
  private long seed;
  private ImageShape input;
  private Augmentation augmentation;
  private String teacher;
  private TrainingSchedule teacherSchedule;
  private List<Integer> ks;
  private List<StudentNet> students;
  private TrainingSchedule studentSchedule;
  private List<PipelineNet> pipelines;
  private GivenTeacher given;

  TrainingConfigBuilder(TrainingConfig from) {
    this.from = from;
    name = from.name();
    seed = from.seed();
    input = from.input();
    augmentation = from.augmentation();
    teacher = from.teacher();
    teacherSchedule = from.teacherSchedule();
    ks = from.ks();
    students = from.students();
    studentSchedule = from.studentSchedule();
    pipelines = from.pipelines();
    given = from.given();
  }

  /** The configuration; refuses parts that do not fit each other. */
  public TrainingConfig build() {
    return new TrainingConfig(
        name,
        seed,
        input,
        augmentation,
        teacher,
        teacherSchedule,
        from.variants(),
        ks,
        students,
        studentSchedule,
        pipelines,
        from.distillation(),
        from.fusion(),
        given);
  }

  public TrainingConfigBuilder name(String other) {
    name = other;
    return this;
  }

  public TrainingConfigBuilder seed(long other) {
    seed = other;
    return this;
  }

  public TrainingConfigBuilder input(ImageShape other) {
    input = other;
    return this;
  }

  public TrainingConfigBuilder augmentation(Augmentation other) {
    augmentation = other;
    return this;
  }

  public TrainingConfigBuilder ks(List<Integer> other) {
    ks = other;
    return this;
  }

  /** Architecture names, of students of one exit from the smallest to the largest. */
  public TrainingConfigBuilder nets(String teacherNet, List<String> studentNets) {
    teacher = teacherNet;
    return students(studentNets.stream().map(StudentNet::of).toList());
  }

  /** From the smallest to the largest. */
  public TrainingConfigBuilder students(List<StudentNet> others) {
    students = others;
    return this;
  }

  /** Networks that are cut into segments. */
  public TrainingConfigBuilder pipelines(List<PipelineNet> others) {
    pipelines = others;
    return this;
  }

  public TrainingConfigBuilder teacherEpochs(int other) {
    teacherSchedule = teacherSchedule.withEpochs(other);
    return this;
  }

  public TrainingConfigBuilder pipelineEpochs(int other) {
    pipelines = pipelines.stream().map(net -> net.withEpochs(other)).toList();
    return this;
  }

  public TrainingConfigBuilder studentEpochs(int other) {
    studentSchedule = studentSchedule.withEpochs(other);
    students = students.stream().map(net -> net.withEpochs(other)).toList();
    return this;
  }

  /** A teacher that is there already, and the name it has in the bundle. */
  public TrainingConfigBuilder given(String teacherName, GivenTeacher other) {
    teacher = teacherName;
    given = other;
    return this;
  }
}
