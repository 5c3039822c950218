package io.coterie.agent.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.TestManifests;
import io.coterie.agent.role.AssignmentCore.Activate;
import io.coterie.agent.role.AssignmentCore.AssignmentReceived;
import io.coterie.agent.role.AssignmentCore.Effect;
import io.coterie.agent.role.AssignmentCore.FetchManifest;
import io.coterie.agent.role.AssignmentCore.FetchModel;
import io.coterie.agent.role.AssignmentCore.Input;
import io.coterie.agent.role.AssignmentCore.ManifestReady;
import io.coterie.agent.role.AssignmentCore.ModelReady;
import io.coterie.agent.role.AssignmentCore.ReportProblem;
import io.coterie.agent.role.AssignmentCore.Try;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.message.TrialRole;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AssignmentCoreTest {
  private static final String BUNDLE = "b".repeat(64);
  private static final Manifest MANIFEST = TestManifests.twoPartitions();
  private static final String STUDENT_0 = TestManifests.digest("student-0");
  private static final String STUDENT_1 = TestManifests.digest("student-1");
  private static final String FUSION = TestManifests.digest("fusion");

  private AssignmentCore.State state = AssignmentCore.State.INITIAL;

  @Test
  void fetchesNothingThatIsInMemory() {
    on(new AssignmentReceived(assignment(1, 1, 0), Set.of()));
    on(new ManifestReady(BUNDLE, MANIFEST));
    on(new ModelReady(STUDENT_0));
    Assignment again = assignment(1, 2, 0);
    assertActivates(again, on(new AssignmentReceived(again, Set.of(student(0)))));
  }

  @Test
  void fetchesTheManifestThenTheModelsThenBegins() {
    Assignment assignment = assignment(1, 1, 0);
    assertEquals(
        List.of(new FetchManifest(BUNDLE)), on(new AssignmentReceived(assignment, Set.of())));
    assertEquals(List.of(new FetchModel(STUDENT_0)), on(new ManifestReady(BUNDLE, MANIFEST)));
    assertActivates(assignment, on(new ModelReady(STUDENT_0)));
  }

  @Test
  void waitsForAllModels() {
    Assignment assignment = new Assignment(1, 1, List.of(student(0), student(1)), List.of(fuser()));
    on(new AssignmentReceived(assignment, Set.of()));
    assertEquals(3, on(new ManifestReady(BUNDLE, MANIFEST)).size());
    assertEquals(List.of(), on(new ModelReady(STUDENT_0)));
    assertEquals(List.of(), on(new ModelReady(FUSION)));
    assertActivates(assignment, on(new ModelReady(STUDENT_1)));
  }

  @Test
  void asksForTheModelAgainUnderANewPlanButNotForTheManifest() {
    activate(assignment(1, 1, 0));
    assertEquals(
        List.of(new FetchModel(STUDENT_0)),
        on(new AssignmentReceived(assignment(1, 2, 0), Set.of())));
  }

  @Test
  void ignoresAnAssignmentOfAnOlderEpoch() {
    activate(assignment(1, 5, 0));
    assertEquals(List.of(), on(new AssignmentReceived(assignment(1, 4, 1), Set.of())));
    assertEquals(5, state.epoch());
  }

  @Test
  void ignoresAnAssignmentOfAnOlderTerm() {
    activate(assignment(3, 5, 0));
    assertEquals(List.of(), on(new AssignmentReceived(assignment(2, 9, 1), Set.of())));
    assertEquals(3, state.term());
  }

  @Test
  void toleratesDuplicateDelivery() {
    activate(assignment(1, 1, 0));
    assertEquals(List.of(), on(new AssignmentReceived(assignment(1, 1, 0), Set.of())));
    assertEquals(List.of(), on(new ModelReady(STUDENT_0)));
  }

  @Test
  void forgetsAnAssignmentThatIsOvertakenWhileItFetches() {
    on(new AssignmentReceived(assignment(1, 1, 0), Set.of()));
    on(new ManifestReady(BUNDLE, MANIFEST));
    assertEquals(
        List.of(new FetchModel(STUDENT_1)),
        on(new AssignmentReceived(assignment(1, 2, 1), Set.of())));
    assertEquals(List.of(), on(new ModelReady(STUDENT_0)));
    assertActivates(assignment(1, 2, 1), on(new ModelReady(STUDENT_1)));
  }

  @Test
  void beginsAtOnceWithNothingToDo() {
    Assignment nothing = new Assignment(1, 1, List.of(), List.of());
    assertActivates(nothing, on(new AssignmentReceived(nothing, Set.of())));
  }

  @Test
  void complainsOfARoleThatTheBundleDoesNotHaveAndTakesTheOthers() {
    StudentRole unknown = new StudentRole("d", BUNDLE, 2, 0, "no-such", 100, null);
    on(
        new AssignmentReceived(
            new Assignment(1, 1, List.of(unknown, student(1)), List.of()), Set.of()));
    on(new ManifestReady(BUNDLE, MANIFEST));
    List<Effect> effects = on(new ModelReady(STUDENT_1));
    ReportProblem problem = assertInstanceOf(ReportProblem.class, effects.get(0));
    assertTrue(problem.message().contains("no-such"), problem.message());
    Activate activate = assertInstanceOf(Activate.class, effects.get(1));
    assertEquals(List.of(student(1)), activate.assignment().students());
  }

  @Test
  void aTrialKeepsNoRoleWaiting() {
    Assignment assignment = with(assignment(1, 1, 0), trial(1));
    List<Effect> effects = on(new AssignmentReceived(assignment, Set.of()));
    assertEquals(List.of(new FetchManifest(BUNDLE), new Try(List.of(trial(1)))), effects);
    on(new ManifestReady(BUNDLE, MANIFEST));
    assertActivates(assignment(1, 1, 0), on(new ModelReady(STUDENT_0)));
  }

  @Test
  void goesOnWithATrialUnderANewPlanAndEndsItWhereItIsNotNamed() {
    on(new AssignmentReceived(with(assignment(1, 1, 0), trial(1)), Set.of()));
    List<Effect> same = on(new AssignmentReceived(with(assignment(1, 2, 1), trial(1)), Set.of()));
    assertTrue(same.stream().noneMatch(Try.class::isInstance), same.toString());
    List<Effect> none = on(new AssignmentReceived(assignment(1, 3, 1), Set.of()));
    assertTrue(none.contains(new Try(List.of())), none.toString());
  }

  private static Assignment with(Assignment does, TrialRole trial) {
    return new Assignment(
        does.term(),
        does.epoch(),
        does.students(),
        does.fusers(),
        does.pipelines(),
        List.of(trial));
  }

  private static TrialRole trial(int partition) {
    return new TrialRole(
        "d",
        "c".repeat(64),
        Strategy.ROCOIN,
        2,
        List.of(new TrialRole.Part(partition, "small")),
        "",
        List.of(),
        true,
        true,
        100,
        1);
  }

  @Test
  void fetchesTheFilesOfAllStagesAndOfAllExits() {
    StudentRole role =
        new StudentRole("d", BUNDLE, Strategy.DISTREE, 2, 0, "small", 100, null, null);
    FuserRole fuser = new FuserRole("d", BUNDLE, Strategy.DISTREE, 2, List.of(0, 1), 100, 1, null);
    Assignment assignment = new Assignment(1, 1, List.of(role), List.of(fuser));
    on(new AssignmentReceived(assignment, Set.of()));
    List<String> files =
        Stream.of("student-0-1", "student-0-2", "fusion-1", "fusion-2")
            .map(TestManifests::digest)
            .toList();
    assertEquals(
        files.stream().map(FetchModel::new).toList(),
        on(new ManifestReady(BUNDLE, TestManifests.twoExits())));
    for (String file : files.subList(0, 3)) {
      assertEquals(List.of(), on(new ModelReady(file)));
    }
    assertActivates(assignment, on(new ModelReady(files.get(3))));
  }

  @Test
  void complainsOfAStrategyThatTheBundleDoesNotHave() {
    StudentRole student =
        new StudentRole("d", BUNDLE, Strategy.DISTREE, 2, 0, "small", 100, null, null);
    FuserRole fuser = new FuserRole("d", BUNDLE, Strategy.DISTREE, 2, List.of(0, 1), 100, 1, null);
    on(new AssignmentReceived(new Assignment(1, 1, List.of(student), List.of(fuser)), Set.of()));
    List<Effect> effects = on(new ManifestReady(BUNDLE, MANIFEST));
    assertInstanceOf(ReportProblem.class, effects.get(0));
    assertInstanceOf(ReportProblem.class, effects.get(1));
    Activate activate = assertInstanceOf(Activate.class, effects.get(2));
    assertEquals(List.of(), activate.assignment().students());
    assertEquals(List.of(), activate.assignment().fusers());
  }

  private void activate(Assignment assignment) {
    on(new AssignmentReceived(assignment, Set.of()));
    on(new ManifestReady(BUNDLE, MANIFEST));
    on(new ModelReady(STUDENT_0));
    assertTrue(state.wanted().isEmpty());
  }

  private List<Effect> on(Input input) {
    AssignmentCore.Decision decision = AssignmentCore.decide(state, input);
    state = decision.state();
    return decision.effects();
  }

  private static void assertActivates(Assignment assignment, List<Effect> effects) {
    assertEquals(1, effects.size());
    assertEquals(assignment, assertInstanceOf(Activate.class, effects.get(0)).assignment());
  }

  private static Assignment assignment(long term, long epoch, int partition) {
    return new Assignment(term, epoch, List.of(student(partition)), List.of());
  }

  private static StudentRole student(int partition) {
    return new StudentRole("d", BUNDLE, 2, partition, "small", 100, null);
  }

  private static FuserRole fuser() {
    return new FuserRole("d", BUNDLE, 2, List.of(0, 1), 100, 1);
  }
}
