package io.coterie.cli.doctor;

import io.coterie.agent.doctor.MachineChecks;
import io.coterie.agent.doctor.MachineProbe;
import io.coterie.cli.BrokerOption;
import io.coterie.cli.DurationArgument;
import io.coterie.cli.Folders;
import io.coterie.client.doctor.BrokerChecks;
import io.coterie.client.doctor.BrokerFacts;
import io.coterie.client.doctor.Finding;
import io.coterie.client.doctor.FleetChecks;
import io.coterie.client.doctor.FleetFacts;
import io.coterie.client.doctor.HubsSeen;
import io.coterie.models.training.ProgressPrinter;
import io.coterie.protocol.json.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coterie doctor}. */
@Command(
    name = "doctor",
    description =
        "Checks this machine, the way to the hub, the hub, and the boards, and names the cure for"
            + " what it finds.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The exit code is 1 where there is a problem; warnings do not count.",
      "",
      "Example:  coterie doctor --broker mqtts://192.168.1.10 --credential me.json"
    })
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private BrokerOption broker;

  @Option(
      names = "--listen",
      paramLabel = "TIME",
      defaultValue = "6s",
      description =
          "how long to listen to the boards, which report every 5 s (default: ${DEFAULT-VALUE})")
  private DurationArgument listen;

  @Option(
      names = "--no-mdns",
      description = "do not look for hubs by mDNS where none of the addresses answers")
  private boolean noMdns;

  @Option(names = "--json", description = "print the findings as JSON")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    List<URI> brokers = broker.brokers();
    Report report = new Report(json);
    report.add(MachineChecks.of(MachineProbe.look(Folders.cache())));
    Probes probes = new Probes(broker);
    List<BrokerFacts> answering = new ArrayList<>();
    for (URI address : brokers) {
      BrokerFacts facts = probes.ask(address);
      report.add(BrokerChecks.of(facts));
      if (facts.trouble().isEmpty()) {
        answering.add(facts);
      }
    }
    if (answering.isEmpty() && !noMdns) {
      report.add(HubsSeen.look(broker.login()));
    }
    if (!answering.isEmpty() && !json && ProgressPrinter.onTerminal()) {
      System.err.println("listening for " + listen + " …");
    }
    List<FleetFacts> fleets =
        answering.isEmpty() ? List.of() : probes.listen(answering, listen.ms());
    fleets.forEach(facts -> report.add(FleetChecks.of(facts)));
    FleetChecks.split(fleets).ifPresent(finding -> report.add(List.of(finding)));
    report.end();
    return report.hasProblem() ? 1 : 0;
  }

  /** Findings as they come for people, or all at once for machines. */
  private static final class Report {
    private final boolean json;
    private final List<Finding> findings = new ArrayList<>();

    Report(boolean json) {
      this.json = json;
    }

    void add(List<Finding> more) {
      findings.addAll(more);
      if (!json) {
        more.forEach(Report::print);
      }
    }

    private static void print(Finding finding) {
      System.out.printf("%-8s%-14s%s%n", finding.level().text(), finding.check(), finding.found());
      if (!finding.cure().isEmpty()) {
        System.out.println("        cure: " + finding.cure());
      }
    }

    void end() {
      if (json) {
        System.out.println(Json.write(findings));
      }
    }

    boolean hasProblem() {
      return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.PROBLEM);
    }
  }
}
