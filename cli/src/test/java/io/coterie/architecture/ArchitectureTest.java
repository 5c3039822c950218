package io.coterie.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** The modules by the package that each has for itself, with those that it may use. */
  private static final NavigableMap<String, Set<String>> MODULES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("protocol", Set.of()),
              Map.entry("planner", Set.of("protocol")),
              Map.entry("inference", Set.of("protocol")),
              Map.entry("broker", Set.of("protocol")),
              Map.entry("client", Set.of("protocol")),
              Map.entry("agent", Set.of("protocol", "inference", "client")),
              Map.entry("orchestrator", Set.of("protocol", "planner", "client")),
              Map.entry("models", Set.of("protocol", "planner", "inference")),
              Map.entry(
                  "hub",
                  Set.of("protocol", "inference", "broker", "client", "agent", "orchestrator")),
              Map.entry("lab", Set.of("protocol", "inference", "client", "models")),
              Map.entry(
                  "cli",
                  Set.of(
                      "protocol",
                      "planner",
                      "inference",
                      "broker",
                      "client",
                      "agent",
                      "orchestrator",
                      "models",
                      "hub",
                      "lab"))));

  /** Where modules lie whose folder is not called as their package. */
  private static final Map<String, String> FOLDERS = Map.of("agent", "edge-agent");

  private static final Pattern MODULE = Pattern.compile("io\\.coterie\\.([a-z]+)\\..*");

  /** Of the scope compile: those of tests have more to say. */
  private static final Pattern DEPENDENCY =
      Pattern.compile("<artifactId>coterie-([a-z-]+)</artifactId>\\s*</dependency>");

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
  static void modulesUseThoseBelowThemOnly(JavaClasses classes) {
    NavigableMap<String, NavigableSet<String>> used = used(classes);
    assertEquals(MODULES.keySet(), used.keySet(), "every module has a package of its own");
    NavigableSet<String> wrong = new TreeSet<>();
    used.forEach(
        (module, others) ->
            others.stream()
                .filter(other -> !MODULES.get(module).contains(other))
                .forEach(other -> wrong.add(module + " -> " + other)));
    assertEquals(Set.of(), wrong, "arrows go down only");
  }

  /** So that nothing is there by luck, and nothing is carried along in vain. */
  @ArchTest
  static void pomsNameTheModulesThatAreUsed(JavaClasses classes) throws IOException {
    NavigableMap<String, NavigableSet<String>> named = new TreeMap<>();
    for (String module : MODULES.keySet()) {
      String pom = Files.readString(Path.of("..", FOLDERS.getOrDefault(module, module), "pom.xml"));
      NavigableSet<String> others = new TreeSet<>();
      DEPENDENCY
          .matcher(pom)
          .results()
          .map(match -> match.group(1).replace("edge-agent", "agent"))
          .filter(MODULES::containsKey)
          .forEach(others::add);
      named.put(module, others);
    }
    assertEquals(used(classes), named);
  }

  private static NavigableMap<String, NavigableSet<String>> used(JavaClasses classes) {
    NavigableMap<String, NavigableSet<String>> used = new TreeMap<>();
    for (JavaClass each : classes) {
      String from = module(each);
      NavigableSet<String> others = used.computeIfAbsent(from, module -> new TreeSet<>());
      each.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> target.getPackageName().startsWith("io.coterie."))
          .map(ArchitectureTest::module)
          .filter(other -> !other.equals(from))
          .forEach(others::add);
    }
    return used;
  }

  private static String module(JavaClass type) {
    Matcher matcher = MODULE.matcher(type.getName());
    assertTrue(matcher.matches(), "in no module: " + type.getName());
    return matcher.group(1);
  }

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

  /**
   * Who renames a file alone forgets its folder, where a power cut brings the old name back. Native
   * libraries are unpacked again.
   */
  @ArchTest
  static final ArchRule onlyOneClassRenamesFiles =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.coterie.protocol.DurableFile")
          .and()
          .doNotHaveFullyQualifiedName("io.coterie.inference.NativeLibraries")
          .should()
          .callMethod(Files.class, "move", Path.class, Path.class, CopyOption[].class);

  /** What decides is told the time, and what runs it has it from its event loop. */
  @ArchTest
  static final ArchRule onlyWhatWaitsOutsideOfAnEventLoopReadsTheClock =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.coterie.planner..",
              "io.coterie.agent..",
              "io.coterie.orchestrator..",
              "io.coterie.client..",
              "io.coterie.hub..")
          .and()
          .haveNameNotMatching(
              "io\\.coterie\\.(agent\\.(capture\\.(Camera|CommandSource)|compute\\.Throttle)"
                  + "|client\\.(FleetClient(\\$.*)?|discovery\\.Announcer))")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.time.Instant");

  /** A name stands for one thing in the whole product, so that a search finds that thing. */
  @ArchTest
  static void noSimpleNameOfATopLevelClassStandsTwice(JavaClasses classes) {
    NavigableMap<String, NavigableSet<String>> bySimpleName = new TreeMap<>();
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
