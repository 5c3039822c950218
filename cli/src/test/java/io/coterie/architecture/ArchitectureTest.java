package io.coterie.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The arrows between the modules, what a decision core may not know, and that names are unique. */
@AnalyzeClasses(
    packages = "io.coterie",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
final class ArchitectureTest {
  /** How other modules' tests come. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String[] CORES = {
    "io.coterie.planner..",
    "io.coterie.agent.role..",
    "io.coterie.client.fleet..",
    "io.coterie.orchestrator.leader..",
    "io.coterie.orchestrator.learning..",
    "io.coterie.orchestrator.home..",
    "io.coterie.orchestrator.deployment.."
  };

  @ArchTest
  static final ArchRule agentsAndOrchestratorDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage("io.coterie.agent..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.coterie.orchestrator..");

  @ArchTest
  static final ArchRule orchestratorDoesNotKnowAgents =
      noClasses()
          .that()
          .resideInAPackage("io.coterie.orchestrator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.coterie.agent..", "io.coterie.inference..");

  @ArchTest
  static final ArchRule protocolKnowsNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage("io.coterie.protocol..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.coterie.planner..",
              "io.coterie.inference..",
              "io.coterie.broker..",
              "io.coterie.agent..",
              "io.coterie.orchestrator..",
              "io.coterie.models..",
              "io.coterie.cli..");

  @ArchTest
  static final ArchRule onlyTrainingKnowsTheTrainingEngine =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.coterie.models..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "ai.onnx.proto..");

  @ArchTest
  static final ArchRule onlyTheBusKnowsPaho =
      noClasses()
          .that()
          .resideInAPackage("io.coterie..")
          .and()
          .resideOutsideOfPackage("io.coterie.protocol.bus..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.paho..");

  @ArchTest
  static final ArchRule onlyPinsKnowPi4j =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.coterie.agent.gpio.Pi4jPins")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.pi4j..");

  @ArchTest
  static final ArchRule onlyOneClassKnowsJmDns =
      noClasses()
          .that()
          .haveNameNotMatching("io\\.coterie\\.client\\.discovery\\.Mdns(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("javax.jmdns..");

  @ArchTest
  static final ArchRule onlyTheBrokerKnowsHiveMq =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.coterie.broker..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.hivemq..");

  @ArchTest
  static final ArchRule coresKnowNoMessagesNoLogsAndNoThreads =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.coterie.protocol.bus..",
              "org.slf4j..",
              "java.util.concurrent..",
              "java.io..",
              "java.nio.file..",
              "java.net..");

  @ArchTest
  static final ArchRule coresReadNoClock =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .or()
          .haveNameMatching(
              "io\\.coterie\\.agent\\.fusion\\.(FuserCore|Hedge|HedgedCore|LoopbackProbes|Threshold|ThresholdCore"
                  + "|RecentLatencies)")
          .or()
          .haveNameMatching(
              "io\\.coterie\\.agent\\.pipeline\\.(WorkerCore|TaskFlow|TaskQueues|ReceivedTasks|UnackedTasks"
                  + "|Neighbours|FrameTable|Admission|Throughput)")
          .or()
          .haveNameMatching(
              "io\\.coterie\\.agent\\.gpio\\.(BlinkPattern|StatusLight|Debounce|Press|Hold|PinLogic"
                  + "|Rule|RuleParser|Pi4jPins)")
          .or()
          .haveNameMatching("io\\.coterie\\.agent\\.capture\\.(CaptureCore|FolderSource)")
          .or()
          .haveNameMatching("io\\.coterie\\.hub\\.Standby")
          .or()
          .haveNameMatching("io\\.coterie\\.client\\.discovery\\.(Search|KnownAddresses|HubAdvert)")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.time.Instant");

  @ArchTest
  static final ArchRule packagesHaveNoCyclesWithinAModule =
      slices().matching("io.coterie.(*)..").should().beFreeOfCycles();

  /** A name stands for one thing in the whole product, so that a search finds that thing. */
  @ArchTest
  static void noSimpleNameOfATopLevelClassStandsTwice(JavaClasses classes) {
    SortedMap<String, SortedSet<String>> bySimpleName = new TreeMap<>();
    for (JavaClass each : classes) {
      if (each.isTopLevelClass() && !each.getSimpleName().equals("package-info")) {
        bySimpleName
            .computeIfAbsent(each.getSimpleName(), name -> new TreeSet<>())
            .add(each.getName());
      }
    }
    assertFalse(bySimpleName.isEmpty());
    bySimpleName.values().removeIf(names -> names.size() == 1);
    assertEquals(Map.of(), bySimpleName, "rename one of each pair");
  }
}
