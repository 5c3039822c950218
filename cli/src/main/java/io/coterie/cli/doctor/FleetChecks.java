package io.coterie.cli.doctor;

import io.coterie.orchestrator.membership.Fleet;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.OrchestratorState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What is wrong with the hub and the boards at a broker. */
final class FleetChecks {
  /** More than this is no jitter of a clock that is set over the network. */
  private static final long SKEW_MS = 300_000;

  private static final String NTP = "run 'sudo timedatectl set-ntp true' there";

  private FleetChecks() {}

  static List<Finding> of(FleetFacts facts) {
    if (!facts.hears()) {
      return List.of(
          Finding.problem(
              "rights",
              "this login may not see the fleet at " + facts.address(),
              "use one that may: 'coterie credential add NAME --role viewer --out FILE' on the"
                  + " hub"));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(leader(facts));
    findings.add(boards(facts));
    twins(facts).ifPresent(findings::add);
    versions(facts).ifPresent(findings::add);
    clocks(facts).ifPresent(findings::add);
    messages(facts).ifPresent(findings::add);
    large(facts).ifPresent(findings::add);
    findings.addAll(DeploymentChecks.of(facts));
    return findings;
  }

  /** Hubs at brokers of their own that do not know of each other. */
  static Optional<Finding> split(List<FleetFacts> all) {
    SortedSet<String> hubs = new TreeSet<>();
    all.forEach(
        facts ->
            leading(facts).forEach(leader -> hubs.add(leader.id() + " at " + facts.address())));
    long ids = all.stream().flatMap(facts -> leading(facts).stream()).distinct().count();
    return ids < 2 || all.size() < 2
        ? Optional.empty()
        : Optional.of(
            Finding.problem(
                "hubs",
                "more than one hub leads, each at a broker of its own: " + String.join(", ", hubs),
                "let all but one stand by: coterie up --bind 0.0.0.0 --standby-of "
                    + all.get(0).address()));
  }

  /** The last word of each orchestrator that says that it leads. */
  private static List<OrchestratorState> leading(FleetFacts facts) {
    Map<String, OrchestratorState> last = new TreeMap<>();
    facts.leaders().forEach(state -> last.put(state.id(), state));
    return last.values().stream().filter(state -> state.state() == Availability.ONLINE).toList();
  }

  private static Finding leader(FleetFacts facts) {
    List<OrchestratorState> leading = leading(facts);
    if (leading.size() > 1) {
      String ids = leading.stream().map(OrchestratorState::id).collect(Collectors.joining(", "));
      return Finding.problem(
          "hub",
          "hubs contend for the lead: " + ids,
          "see with 'coterie watch' whether that ends within seconds; if not, end all but one of"
              + " them and start it again with 'coterie up'");
    }
    if (!leading.isEmpty()) {
      return Finding.ok("hub", leading.get(0).id() + " leads at " + facts.address());
    }
    if (facts.leaders().isEmpty()) {
      return Finding.problem(
          "hub",
          "there is a broker at " + facts.address() + ", but no hub of Coterie has ever led there",
          "start one on that broker with 'coterie up --broker "
              + facts.address()
              + "'; or, if it is a broker that only came with the system, end it ('sudo systemctl"
              + " disable --now mosquitto') and start 'coterie up'; or name the fleet's --base");
    }
    OrchestratorState last = facts.leaders().get(facts.leaders().size() - 1);
    return Finding.problem(
        "hub",
        "the hub " + last.id() + " does not lead any more: boards go on, but losses stay",
        "start it again with 'coterie up'"
            + (facts.address().getHost().startsWith("127.")
                ? ""
                : " on its machine, and see its log: journalctl -u coterie-hub"));
  }

  private static Finding boards(FleetFacts facts) {
    Fleet fleet = facts.observed().fleet();
    List<Fleet.Member> boards =
        fleet.members().values().stream().filter(Predicate.not(FleetChecks::isHub)).toList();
    String start =
        "start 'coterie agent --id NAME --broker "
            + facts.address()
            + "' on each board; a hub for other machines asks for 'coterie credential invite' on"
            + " the hub and 'coterie agent --join TOKEN --id NAME' on the board";
    if (boards.isEmpty()) {
      return Finding.problem("boards", "no board is known", start);
    }
    String away = names(boards, board -> !board.online());
    if (boards.stream().noneMatch(Fleet.Member::online)) {
      return Finding.problem("boards", "none is online; away: " + away, start);
    }
    String online = names(boards, Fleet.Member::online);
    return away.isEmpty()
        ? Finding.ok("boards", "online: " + online)
        : Finding.warning(
            "boards",
            "online: " + online + "; away: " + away,
            "see on the board why: 'systemctl status coterie-agent' and 'journalctl -u"
                + " coterie-agent', or run 'coterie doctor' there");
  }

  private static boolean isHub(Fleet.Member member) {
    return member.capability().map(Capability::hub).orElse(false);
  }

  private static String names(List<Fleet.Member> members, Predicate<Fleet.Member> which) {
    return members.stream().filter(which).map(Fleet.Member::id).collect(Collectors.joining(", "));
  }

  /** A board that starts once while we listen may just have been switched on. */
  private static Optional<Finding> twins(FleetFacts facts) {
    String names =
        facts.starts().entrySet().stream()
            .filter(agent -> Set.copyOf(agent.getValue()).size() > 2)
            .map(agent -> agent.getKey() + " (" + (agent.getValue().size() - 1) + " times)")
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.problem(
                "names",
                "started again and again within seconds: " + names,
                "either two boards have that name, and each takes it from the other: give one of"
                    + " them another with 'coterie agent --id'; or it crashes: see 'journalctl -u"
                    + " coterie-agent'"));
  }

  private static Optional<Finding> versions(FleetFacts facts) {
    Map<String, String> agentsOf =
        facts.observed().fleet().online().stream()
            .collect(
                Collectors.toMap(
                    member -> member.capability().orElseThrow().software(),
                    Fleet.Member::id,
                    (one, other) -> one + " " + other,
                    TreeMap::new));
    return agentsOf.size() < 2
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "versions",
                "agents run different releases: " + agentsOf,
                "install the same on all of them; 'coterie --version' says which it is"));
  }

  /** An agent's start is numbered by its clock, unless that is behind its last start. */
  private static Optional<Finding> clocks(FleetFacts facts) {
    List<String> wrong = new ArrayList<>();
    for (Fleet.Member member : facts.observed().fleet().online()) {
      long startMs = facts.observed().fleet().incarnation(member.id());
      if (startMs < MachineChecks.YOUNGEST_PAST.toEpochMilli()) {
        wrong.add(member.id() + " was started before its clock was set");
      } else if (startMs - facts.nowMs() > SKEW_MS) {
        wrong.add(member.id() + " was started at " + time(startMs) + " by its clock");
      }
    }
    Optional<Long> term =
        leading(facts).stream().map(OrchestratorState::term).max(Comparator.naturalOrder());
    if (term.isPresent() && term.get() - facts.nowMs() > SKEW_MS) {
      wrong.add("the hub's clock is, or once was, at " + time(term.get()));
    }
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "clocks",
                String.join("; ", wrong) + " (it is " + time(facts.nowMs()) + " here)",
                NTP + "; certificates and join tokens need clocks that are about right"));
  }

  private static String time(long ms) {
    return Instant.ofEpochMilli(ms).toString();
  }

  private static Optional<Finding> messages(FleetFacts facts) {
    String said =
        facts.messages().entrySet().stream()
            .map(agent -> agent.getKey() + ": " + String.join("; ", agent.getValue()))
            .collect(Collectors.joining(" | "));
    return said.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "messages",
                said,
                "run 'coterie doctor' on that board, and see 'journalctl -u coterie-agent'"));
  }

  private static Optional<Finding> large(FleetFacts facts) {
    return facts
        .large()
        .map(
            arrived ->
                arrived
                    ? Finding.ok("messages", "a message of 2 MiB came through the broker")
                    : Finding.problem(
                        "messages",
                        "a small message came through the broker, one of 2 MiB did not: models and"
                            + " pictures will not",
                        "raise the broker's limit (Mosquitto: message_size_limit 0 and"
                            + " max_packet_size 67108864 in /etc/mosquitto/mosquitto.conf)"));
  }
}
