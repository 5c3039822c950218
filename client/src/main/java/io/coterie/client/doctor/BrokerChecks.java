package io.coterie.client.doctor;

import io.coterie.protocol.bus.ConnectionTrial;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is wrong between this machine and a broker, and with the broker. */
public final class BrokerChecks {
  /** The largest frame with room for its properties. */
  static final long NEEDED_PACKET_BYTES = 9L << 20;

  private BrokerChecks() {}

  /** What came of asking a broker. */
  public static List<Finding> of(BrokerFacts facts) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        facts
            .trouble()
            .map(failure -> trouble(facts, failure))
            .orElseGet(() -> Finding.ok("broker", facts.address() + " lets us in")));
    facts.limits().ifPresent(limits -> findings.add(limits(facts.address(), limits)));
    return findings;
  }

  /** Whether the broker says that it allows what we need. */
  public static boolean allows(BrokerFacts facts) {
    return of(facts).stream().allMatch(finding -> finding.level() == Finding.Level.OK);
  }

  private static Finding trouble(BrokerFacts facts, ProbeFailure failure) {
    return Finding.problem(
        "broker", facts.address() + " " + what(failure), cure(facts, failure.kind()));
  }

  private static String what(ProbeFailure failure) {
    return switch (failure.kind()) {
      case UNKNOWN_HOST -> "has a name that is not known here";
      case NOBODY_LISTENS -> "refuses connections: nobody listens at that port";
      case NO_ANSWER -> "does not answer: " + failure.detail();
      case NOT_TLS -> "does not speak TLS there, or breaks it off: " + failure.detail();
      case NOT_MQTT -> "answers, but not with MQTT 5: " + failure.detail();
      case EXPIRED -> "has a certificate that expired: " + failure.detail();
      case NOT_YET_VALID -> "has a certificate that is not valid yet: " + failure.detail();
      case UNTRUSTED -> "has a certificate that we have no reason to believe: " + failure.detail();
      case OTHER_HUB -> "is not the hub that the credential is from: " + failure.detail();
      case REFUSED -> "does not let us in";
    };
  }

  private static String cure(BrokerFacts facts, ProbeFailure.Kind kind) {
    return switch (kind) {
      case UNKNOWN_HOST, NOBODY_LISTENS, NO_ANSWER -> wayThere(facts, kind);
      case NOT_TLS -> "if that port is one without TLS, say --broker mqtt://" + port(facts);
      case NOT_MQTT ->
          facts.isTls()
              ? "see that an MQTT 5 broker listens there: start a hub with 'coterie up'"
              : "if that port is one with TLS, as 8883 is, say --broker mqtts://"
                  + port(facts)
                  + "; else start a hub there with 'coterie up'";
      case EXPIRED, NOT_YET_VALID, UNTRUSTED, OTHER_HUB -> certificate(kind);
      case REFUSED -> credential(facts.user());
    };
  }

  private static String wayThere(BrokerFacts facts, ProbeFailure.Kind kind) {
    String host = facts.address().getHost();
    int port = facts.address().getPort();
    if (kind == ProbeFailure.Kind.UNKNOWN_HOST) {
      return "use the hub's address, as 'hostname -I' says on the hub: --broker"
          + " mqtts://192.168.1.10";
    }
    return kind == ProbeFailure.Kind.NOBODY_LISTENS
        ? "start the hub with 'coterie up'; one for other machines needs 'coterie up --bind"
            + " 0.0.0.0', and listens at port 8883 (--broker mqtts://"
            + host
            + ")"
        : "see whether the machine is on and in this network ('ping "
            + host
            + "'), and let port "
            + port
            + " through its firewall: sudo ufw allow "
            + port
            + "/tcp";
  }

  private static String certificate(ProbeFailure.Kind kind) {
    if (kind == ProbeFailure.Kind.EXPIRED) {
      return "restart the hub with 'coterie up', which makes a new certificate; if its clock and"
          + " ours differ, run 'sudo timedatectl set-ntp true' on both";
    }
    if (kind == ProbeFailure.Kind.NOT_YET_VALID) {
      return "our clock or the hub's is wrong: run 'sudo timedatectl set-ntp true' on both";
    }
    return kind == ProbeFailure.Kind.UNTRUSTED
        ? "use a credential, which names the hub's certificate authority: 'coterie credential add"
            + " NAME --out FILE' on the hub, and --credential FILE here"
        : "ask that hub for a new one ('coterie credential invite' there, and 'coterie agent --join"
            + " TOKEN' here), or mend the address";
  }

  private static String credential(Optional<String> user) {
    return user.map(
            name ->
                "the hub does not know '"
                    + name
                    + "' with this password (any more): see 'coterie credential list' there, and"
                    + " make another with 'coterie credential add'")
        .orElse(
            "give a credential: 'coterie credential add NAME --role viewer --out FILE' on the hub,"
                + " and --credential FILE here");
  }

  private static String port(BrokerFacts facts) {
    return facts.address().getHost() + ":" + facts.address().getPort();
  }

  private static Finding limits(URI address, ConnectionTrial.Limits limits) {
    if (limits.maxQos() < 1) {
      return Finding.problem(
          "limits",
          address + " forbids QoS 1, with which plans and results are sent",
          "allow it there (Mosquitto: max_qos 2 in /etc/mosquitto/mosquitto.conf), or use the"
              + " hub's own broker: coterie up");
    }
    if (!limits.retains()) {
      return Finding.problem(
          "limits",
          address + " keeps no retained messages, in which the fleet's state is",
          "allow them there (Mosquitto: retain_available true), or use the hub's own broker:"
              + " coterie up");
    }
    long most = limits.maxPacketBytes().orElse(Long.MAX_VALUE);
    if (most < NEEDED_PACKET_BYTES) {
      return Finding.problem(
          "limits",
          address + " takes packets of at most " + most + " bytes: models and pictures are larger",
          "raise that (Mosquitto: max_packet_size 67108864), or use the hub's own broker: coterie"
              + " up");
    }
    return Finding.ok("limits", address + " allows what we need");
  }
}
