package io.coterie.client.doctor;

import io.coterie.client.fleet.Fleet;
import io.coterie.protocol.WallClock;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.OrchestratorState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What is wrong with the hub and the boards at a broker. */
public final class FleetChecks {
  /** More than this is no jitter of a clock that is set over the network. */
  private static final long SKEW_MS = 300_000;

  private static final String NTP = "run 'sudo timedatectl set-ntp true' there";

  private FleetChecks() {}

  /** What is to be made of what was heard at a broker. */
  public static List<Finding> of(FleetFacts facts) {
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
  public static Optional<Finding> split(List<FleetFacts> all) {
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
    if (boards.stream().noneMatch(Fleet.Member::online)) {
      return Finding.problem(
          "boards", "none is online; known: " + names(boards, board -> true), start);
    }
    String stopped = names(boards, FleetChecks::isStopped);
    String here =
        "online: "
            + names(boards, Fleet.Member::online)
            + (stopped.isEmpty() ? "" : "; stopped: " + stopped);
    String away = names(boards, board -> !board.online() && !isStopped(board));
    return away.isEmpty()
        ? Finding.ok("boards", here)
        : Finding.warning(
            "boards",
            here + "; away: " + away,
            "see on the board why: 'systemctl status coterie-agent' and 'journalctl -u"
                + " coterie-agent', or run 'coterie doctor' there");
  }

  /** Whoever ended it in good order knows of it. */
  private static boolean isStopped(Fleet.Member member) {
    return member.state().map(known -> known.state() == Availability.STOPPED).orElse(false);
  }

  private static boolean isHub(Fleet.Member member) {
    return member.capability().map(Capability::hub).orElse(false);
  }

  private static String names(List<Fleet.Member> members, Predicate<Fleet.Member> which) {
    return members.stream().filter(which).map(Fleet.Member::id).collect(Collectors.joining(", "));
  }

  /** A board that starts once while we listen may just have been switched on. */
  private static Optional<Finding> twins(FleetFacts facts) {
    int most = facts.starts().values().stream().mapToInt(List::size).max().orElse(0);
    if (most < 2) {
      return Optional.empty();
    }
    String names =
        facts.starts().entrySet().stream()
            .filter(agent -> agent.getValue().size() > 1)
            .map(agent -> agent.getKey() + " (" + (agent.getValue().size() - 1) + " times)")
            .collect(Collectors.joining(", "));
    return Optional.of(
        new Finding(
            "names",
            most > 2 ? Finding.Level.PROBLEM : Finding.Level.WARNING,
            "started while we listened: " + names,
            "if nobody switched it on just now, either two boards have that name, and each takes it"
                + " from the other: give one of them another with 'coterie agent --id'; or it"
                + " crashes: see 'journalctl -u coterie-agent'"));
  }

  /** What counts is the hub's; where it has no agent, all should have the same. */
  private static Optional<Finding> versions(FleetFacts facts) {
    List<Fleet.Member> online = facts.observed().fleet().online();
    Optional<String> hub =
        online.stream().filter(FleetChecks::isHub).map(FleetChecks::release).findFirst();
    SortedMap<String, String> agentsOf =
        online.stream()
            .filter(member -> !Optional.of(release(member)).equals(hub))
            .collect(
                Collectors.toMap(
                    FleetChecks::release,
                    Fleet.Member::id,
                    (one, other) -> one + " " + other,
                    TreeMap::new));
    if (agentsOf.size() + (hub.isPresent() ? 1 : 0) < 2) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.warning(
            "versions",
            hub.map(release -> "other releases than the hub's, " + release + ": ")
                    .orElse("agents run different releases: ")
                + agentsOf,
            "install the hub's release on them: 'coterie --version' says which a machine has; an"
                + " older agent may not know what newer ones do, such as trying a new bundle"));
  }

  private static String release(Fleet.Member member) {
    return member.capability().orElseThrow().software();
  }

  /** An agent's start is numbered by its clock, unless that is behind its last start. */
  private static Optional<Finding> clocks(FleetFacts facts) {
    List<String> wrong = new ArrayList<>();
    for (Fleet.Member member : facts.observed().fleet().online()) {
      long startMs = facts.observed().fleet().incarnation(member.id());
      if (startMs < WallClock.EARLIEST_MS) {
        wrong.add(member.id() + " was started before its clock was set");
      } else if (startMs - facts.nowMs() > SKEW_MS) {
        wrong.add(member.id() + " was started at " + WallClock.text(startMs) + " by its clock");
      }
    }
    Optional<Long> term =
        leading(facts).stream().map(OrchestratorState::term).max(Comparator.naturalOrder());
    if (term.isPresent() && term.get() - facts.nowMs() > SKEW_MS) {
      wrong.add("the hub's clock is, or once was, at " + WallClock.text(term.get()));
    }
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "clocks",
                String.join("; ", wrong) + " (it is " + WallClock.text(facts.nowMs()) + " here)",
                NTP
                    + "; certificates and join tokens need clocks that are about right. Where it is"
                    + " right by now, that does no harm"));
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
