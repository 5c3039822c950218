package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.coterie.protocol.bundle.Strategy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkFolderTest {
  private static final TrainingConfig CONFIG = TrainingConfig.preset("meter-digits");

  private static WorkFolder work(TrainingConfig config) {
    return new WorkFolder(Path.of("work"), config, "data");
  }

  private static Path student(TrainingConfig config) {
    return work(config).student(StudentNet.of("wrn-10-1"), List.of(1, 2, 3));
  }

  @Test
  void theSameConfigurationFindsItsResults() {
    assertEquals(work(CONFIG).teacher(), work(TrainingConfig.preset("meter-digits")).teacher());
    assertEquals(student(CONFIG), student(TrainingConfig.preset("meter-digits")));
  }

  @Test
  void otherDataStartsAnew() {
    WorkFolder other = new WorkFolder(Path.of("work"), CONFIG, "other data");
    assertNotEquals(work(CONFIG).teacher(), other.teacher());
    assertNotEquals(work(CONFIG).partition(2), other.partition(2));
  }

  @Test
  void moreStudentEpochsKeepTheTeacher() {
    TrainingConfig longer = CONFIG.toBuilder().studentEpochs(99).build();
    assertEquals(work(CONFIG).teacher(), work(longer).teacher());
    assertEquals(work(CONFIG).features(), work(longer).features());
    assertNotEquals(student(CONFIG), student(longer));
  }

  @Test
  void anotherTeacherChangesAll() {
    TrainingConfig longer = CONFIG.toBuilder().teacherEpochs(99).build();
    assertNotEquals(work(CONFIG).teacher(), work(longer).teacher());
    assertNotEquals(work(CONFIG).features(), work(longer).features());
    assertNotEquals(work(CONFIG).partition(3), work(longer).partition(3));
    assertNotEquals(student(CONFIG), student(longer));
  }

  @Test
  void anotherKKeepsTheStudentsOfTheOthers() {
    assertEquals(student(CONFIG), student(CONFIG.toBuilder().ks(List.of(2)).build()));
    assertEquals(work(CONFIG).teacher(), work(CONFIG.toBuilder().ks(List.of(2)).build()).teacher());
  }

  @Test
  void studentsOfOtherFiltersAreOthers() {
    assertNotEquals(
        student(CONFIG), work(CONFIG).student(StudentNet.of("wrn-10-1"), List.of(1, 2)));
    assertNotEquals(
        student(CONFIG), work(CONFIG).student(StudentNet.of("wrn-16-1"), List.of(1, 2, 3)));
  }

  /** Hours of training lie under these names: a change must not make anybody train again. */
  @Test
  void pipelinesLeaveTheKeysOfTheOthersAlone() {
    TrainingConfig cifar = TrainingConfig.preset("cifar10");
    WorkFolder plain = work(cifar.toBuilder().pipelines(List.of()).build());
    WorkFolder alone = work(cifar.only(Strategy.MDI_EXIT));
    for (WorkFolder other : List.of(plain, alone)) {
      assertEquals(work(cifar).teacher(), other.teacher());
      assertEquals(work(cifar).features(), other.features());
      StudentNet net = cifar.students().get(0);
      assertEquals(work(cifar).student(net, List.of(1)), other.student(net, List.of(1)));
    }
    assertEquals("teacher-bf685badca77", work(cifar).teacher().getFileName().toString());
  }

  @Test
  void anAutoencoderHasAFolderOfItsOwn() {
    PipelineNet net = PipelineNet.of("wcn-8-16", TrainingSchedule.fast(3, 0), "g0.relu2");
    List<PipelineTask> tasks = net.withAutoencoders(Autoencoder.everywhere(4, 1)).tasks();
    PipelineTask longer = tasks.get(0).pipeline().withEpochs(77).tasks().get(1);
    assertEquals(2, tasks.size());
    assertNotEquals(work(CONFIG).pipeline(tasks.get(0)), work(CONFIG).pipeline(tasks.get(1)));
    assertNotEquals(work(CONFIG).pipeline(longer), work(CONFIG).pipeline(tasks.get(1)));
  }

  @Test
  void exitsAndEpochsMakeAnotherStudent() {
    StudentNet plain = StudentNet.of("wrn-10-1");
    Path before = work(CONFIG).student(plain, List.of(1));
    assertNotEquals(before, work(CONFIG).student(plain.withExits("g0b0"), List.of(1)));
    assertNotEquals(before, work(CONFIG).student(plain.withEpochs(77), List.of(1)));
    int epochs = CONFIG.studentSchedule().epochs();
    assertEquals(before, work(CONFIG).student(plain.withEpochs(epochs), List.of(1)));
    assertEquals(before, work(CONFIG).student(plain.forPartitions(2), List.of(1)));
  }
}
