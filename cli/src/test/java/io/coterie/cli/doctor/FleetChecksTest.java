package io.coterie.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.InMemoryBroker;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.topic.Topics;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each mistake is made by messages, as they come from boards and hubs. */
final class FleetChecksTest {
  private static final Topics TOPICS = new Topics("coterie");
  private static final long NOW_MS = Instant.parse("2026-06-01T12:00:00Z").toEpochMilli();
  private static final String BUNDLE = "a".repeat(64);

  private InMemoryBroker broker;
  private MessageBus client;
  private FleetEar ear;

  @BeforeEach
  void start() {
    broker = new InMemoryBroker();
    client = broker.client();
    client.start(() -> {});
    ear = ear("mqtt://10.0.0.1:1883", broker);
  }

  private static FleetEar ear(String address, InMemoryBroker broker) {
    MessageBus bus = broker.client();
    bus.start(() -> {});
    FleetEar ear = new FleetEar(URI.create(address), TOPICS, bus);
    ear.listen();
    return ear;
  }

  private void retain(String topic, String json) {
    String payload = json.replace('\'', '"');
    client.publish(Message.to("coterie/" + topic).payload(payload).qos(1).retained(true).build());
    broker.deliverAll();
  }

  private void leads(String id, long term) {
    retain("orchestrator/state", "{'state':'online','term':" + term + ",'id':'" + id + "'}");
  }

  private void state(String agent, String state, long incarnation) {
    retain(
        "agents/" + agent + "/state",
        "{'state':'" + state + "','incarnation':" + incarnation + "}");
  }

  private void joins(String agent, long incarnation, String software, boolean hub) {
    retain(
        "agents/" + agent + "/capability",
        "{'incarnation':"
            + incarnation
            + ",'software':'"
            + software
            + "','hardware':'pi','arch':'aarch64','cores':4,'memoryBytes':1000000,"
            + "'flopsPerSecond':1e9,'uplinkBitsPerSecond':1e6,'failureProbability':0.1,'hub':"
            + hub
            + ",'term':0,'epoch':0}");
    state(agent, "online", incarnation);
  }

  private void reports(String agent, long incarnation, String rest) {
    client.publish(
        Message.to("coterie/agents/" + agent + "/report")
            .payload(("{'incarnation':" + incarnation + rest + "}").replace('\'', '"'))
            .build());
    broker.deliverAll();
  }

  private void wishes(String deployment, long deadlineMs) {
    retain(
        "deployments/" + deployment + "/spec",
        "{'bundle':'"
            + BUNDLE
            + "','strategy':'rocoin','deadlineMs':"
            + deadlineMs
            + ",'successProbability':0.9}");
  }

  private void plans(String deployment, boolean complete, String reasons, double latencyMs) {
    retain(
        "deployments/" + deployment + "/plan",
        "{'term':5,'epoch':7,'bundle':'"
            + BUNDLE
            + "','strategy':'rocoin','complete':"
            + complete
            + ",'k':1,'acceptFrom':1,'fuser':'hub','latencyMs':1,'successProbability':0.9,"
            + "'expectedAccuracy':0.9,'reasons':["
            + reasons
            + "],'groups':[{'partition':0,'student':'s','agents':['a'],'latencyMs':1,"
            + "'successProbability':0.9,'members':[{'agent':'a','latencyMs':"
            + latencyMs
            + ",'measured':true,'failureProbability':0.1}]}]}");
  }

  private void goodFleet() {
    leads("hub", NOW_MS - 1_000);
    joins("hub", NOW_MS - 1_000, "1.0", true);
    joins("a", NOW_MS - 500, "1.0", false);
    wishes("porch", 500);
    plans("porch", true, "", 20);
    reports("a", NOW_MS - 500, runs());
  }

  private static String runs() {
    return ",'models':[{'bundle':'"
        + BUNDLE
        + "','k':1,'partition':0,'student':'s','latencyMs':1,'frames':1,'totalMs':1}]";
  }

  private List<Finding> notWell() {
    broker.deliverAll();
    return FleetChecks.of(ear.facts(NOW_MS)).stream()
        .filter(finding -> finding.level() != Finding.Level.OK)
        .toList();
  }

  private void assertFinds(String check, Finding.Level level, String found, String cure) {
    List<Finding> notWell = notWell();
    assertEquals(1, notWell.size(), notWell.toString());
    assertIs(notWell.get(0), check, level, found, cure);
  }

  private static void assertIs(
      Finding one, String check, Finding.Level level, String found, String cure) {
    assertEquals(check, one.check());
    assertEquals(level, one.level());
    assertTrue(one.found().contains(found), one.found());
    assertTrue(one.cure().contains(cure), one.cure());
  }

  @Test
  void findsNothingInAGoodFleet() {
    goodFleet();
    assertEquals(List.of(), notWell());
  }

  @Test
  void findsABrokerWithoutAHub() {
    List<Finding> notWell = notWell();
    assertIs(
        notWell.get(0),
        "hub",
        Finding.Level.PROBLEM,
        "no hub of Coterie has ever led there",
        "coterie up --broker mqtt://10.0.0.1:1883");
    assertIs(
        notWell.get(1), "boards", Finding.Level.PROBLEM, "no board is known", "coterie agent --id");
    assertIs(
        notWell.get(2),
        "deployments",
        Finding.Level.WARNING,
        "nothing is deployed",
        "coterie deploy");
  }

  @Test
  void findsAHubThatIsGone() {
    goodFleet();
    retain("orchestrator/state", "{'state':'offline','term':" + (NOW_MS - 1_000) + ",'id':'hub'}");
    assertFinds("hub", Finding.Level.PROBLEM, "hub does not lead any more", "coterie up");
  }

  @Test
  void findsHubsThatContend() {
    goodFleet();
    leads("attic", NOW_MS);
    assertFinds("hub", Finding.Level.PROBLEM, "attic, hub", "coterie watch");
  }

  @Test
  void findsHubsAtBrokersOfTheirOwn() {
    goodFleet();
    FleetFacts first = ear.facts(NOW_MS);
    assertEquals(Optional.empty(), FleetChecks.split(List.of(first)));
    broker = new InMemoryBroker();
    client = broker.client();
    client.start(() -> {});
    FleetEar other = ear("mqtt://10.0.0.2:1883", broker);
    leads("attic", NOW_MS);
    FleetFacts second = other.facts(NOW_MS);
    Finding split = FleetChecks.split(List.of(first, second)).orElseThrow();
    assertIs(
        split,
        "hubs",
        Finding.Level.PROBLEM,
        "attic at mqtt://10.0.0.2:1883, hub at mqtt://10.0.0.1:1883",
        "coterie up --bind 0.0.0.0 --standby-of mqtt://10.0.0.1:1883");
  }

  @Test
  void findsBoardsThatAreAway() {
    goodFleet();
    joins("b", NOW_MS - 400, "1.0", false);
    state("b", "offline", NOW_MS - 400);
    assertFinds("boards", Finding.Level.WARNING, "online: a; away: b", "systemctl status");
  }

  @Test
  void findsAPlanWhoseBoardIsAway() {
    goodFleet();
    state("a", "offline", NOW_MS - 500);
    List<Finding> notWell = notWell();
    assertIs(
        notWell.get(0), "boards", Finding.Level.PROBLEM, "none is online", "coterie agent --join");
    assertIs(
        notWell.get(1),
        "deployment",
        Finding.Level.PROBLEM,
        "partition 0 has no agent that is online",
        "start the boards");
  }

  @Test
  void findsTwoBoardsOfOneName() {
    goodFleet();
    for (int start = 1; start < 3; start++) {
      joins("a", NOW_MS - 500 + start, "1.0", false);
    }
    reports("a", NOW_MS - 498, runs());
    assertFinds("names", Finding.Level.PROBLEM, "a (2 times)", "coterie agent --id");
  }

  @Test
  void findsDifferentReleases() {
    goodFleet();
    joins("b", NOW_MS - 400, "1.1", false);
    assertFinds("versions", Finding.Level.WARNING, "{1.0=a hub, 1.1=b}", "coterie --version");
  }

  @Test
  void findsClocksThatAreWrong() {
    goodFleet();
    joins("b", 40_000, "1.0", false);
    assertFinds(
        "clocks",
        Finding.Level.WARNING,
        "b was started before its clock was set",
        "timedatectl set-ntp true");
    joins("b", NOW_MS + 3_600_000, "1.0", false);
    assertFinds(
        "clocks", Finding.Level.WARNING, "b was started at 2026-06-01T13:00:00Z", "timedatectl");
  }

  @Test
  void findsAHubWhoseClockWasWrong() {
    goodFleet();
    leads("hub", NOW_MS + 3_600_000);
    assertFinds(
        "clocks",
        Finding.Level.WARNING,
        "the hub's clock is, or once was, at 2026-06-01T13:00:00Z",
        "timedatectl");
  }

  @Test
  void findsADeploymentWithoutAPlan() {
    leads("hub", NOW_MS);
    joins("a", NOW_MS, "1.0", false);
    wishes("porch", 500);
    assertFinds("deployment", Finding.Level.PROBLEM, "porch: no plan yet", "coterie deploy BUNDLE");
  }

  @Test
  void findsAPlanThatIsNotComplete() {
    goodFleet();
    plans("porch", false, "'no board has 400000 bytes for a student'", 20);
    assertFinds(
        "deployment",
        Finding.Level.PROBLEM,
        "porch: plan 7 is not complete (no board has 400000 bytes for a student)",
        "coterie plan BUNDLE");
  }

  @Test
  void findsABoardThatIsTooSlowForTheDeadline() {
    goodFleet();
    plans("porch", true, "", 700);
    assertFinds(
        "deadline",
        Finding.Level.PROBLEM,
        "porch: too slow for 500 ms: a needs 700 ms",
        "--deadline 2000ms");
  }

  @Test
  void findsABoardWithoutTheModelsItIsPlannedWith() {
    goodFleet();
    reports("a", NOW_MS - 500, ",'messages':['cannot write /cache: No space left on device']");
    List<Finding> notWell = notWell();
    assertIs(
        notWell.get(0),
        "messages",
        Finding.Level.WARNING,
        "a: cannot write /cache: No space left on device",
        "coterie doctor");
    assertIs(
        notWell.get(1),
        "models",
        Finding.Level.PROBLEM,
        "porch: planned with, but do not run its models: a",
        "coterie deploy BUNDLE --name porch");
  }

  @Test
  void findsABoardThatDropsFrames() {
    goodFleet();
    reports("a", NOW_MS - 500, ",'droppedFrames':12" + runs());
    assertFinds("load", Finding.Level.WARNING, "a (0 failures, 12 frames dropped)", "invite");
  }

  @Test
  void findsABrokerThatSwallowsLargeMessages() {
    goodFleet();
    FleetFacts facts = ear.facts(NOW_MS).withLarge(Optional.of(false));
    Finding large =
        FleetChecks.of(facts).stream()
            .filter(finding -> finding.level() == Finding.Level.PROBLEM)
            .findFirst()
            .orElseThrow();
    assertIs(
        large, "messages", Finding.Level.PROBLEM, "one of 2 MiB did not", "message_size_limit 0");
  }

  @Test
  void hearsItsOwnMessages() {
    String topic = ear.echo(false);
    assertTrue(!ear.hasEchoed(topic));
    broker.deliverAll();
    assertTrue(ear.hasEchoed(topic));
  }

  @Test
  void garbageOnEveryTopicIsNoFleet() {
    for (String topic :
        List.of("orchestrator/state", "agents/a/state", "agents/a/capability", "agents/a/report")) {
      retain(topic, "{'state':7,[");
    }
    assertEquals(
        List.of("hub", "boards", "deployments"), notWell().stream().map(Finding::check).toList());
  }
}
