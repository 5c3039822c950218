package io.coterie.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.broker.TlsListener;
import io.coterie.broker.access.CredentialAuthenticator;
import io.coterie.broker.access.CredentialStore;
import io.coterie.broker.access.HubCertificates;
import io.coterie.cli.CommandLines;
import io.coterie.cli.LocalMosquitto;
import io.coterie.client.doctor.Finding;
import io.coterie.lab.processes.FreePorts;
import io.coterie.protocol.access.LoginFile;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command at real brokers, on which the usual mistakes are made. */
final class DoctorIT {
  @TempDir private static Path folder;
  private static CredentialStore store;
  private static String pin;
  private static CredentialAuthenticator authenticator;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws Exception {
    store = new CredentialStore(folder);
    HubCertificates certificates = HubCertificates.open(folder);
    pin = certificates.fingerprint();
    authenticator = new CredentialAuthenticator(new Topics("coterie"), store);
    Path keys = certificates.issue(List.of("localhost", "127.0.0.1"), "key-store-password");
    broker =
        EmbeddedBroker.start(
            BrokerOptions.loopback(0)
                .withAuthenticator(authenticator)
                .withTls(new TlsListener("127.0.0.1", 0, keys, "key-store-password")));
    authenticator.watch(broker::disconnectUser);
  }

  @AfterAll
  static void stop() {
    broker.close();
    authenticator.close();
  }

  private static String tls() {
    return "mqtts://127.0.0.1:" + broker.tlsPort();
  }

  private static String credential(String name, String password, String ca) throws Exception {
    Path file = folder.resolve(name + ".json");
    LoginFile.write(file, new Login(name, password, ca, tls()));
    return file.toString();
  }

  private static List<Finding> doctor(int status, String... arguments) throws JsonException {
    List<String> all = new ArrayList<>(List.of("doctor", "--json", "--no-mdns", "--listen", "1s"));
    all.addAll(List.of(arguments));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      assertEquals(status, CommandLines.execute(all), out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
    return List.of(Json.read(out.toByteArray(), Finding[].class));
  }

  private static void assertFinds(List<Finding> findings, String check, String found, String cure) {
    Optional<Finding> problem =
        findings.stream()
            .filter(one -> one.level() == Finding.Level.PROBLEM && one.check().equals(check))
            .findFirst();
    assertTrue(problem.isPresent(), findings.toString());
    assertTrue(problem.get().found().contains(found), problem.get().found());
    assertTrue(problem.get().cure().contains(cure), problem.get().cure());
  }

  @Test
  void nobodyListensThere() throws Exception {
    String address = "mqtt://127.0.0.1:" + FreePorts.free();
    assertFinds(
        doctor(1, "--broker", address), "broker", "refuses connections", "coterie up --bind");
  }

  @Test
  void theHostIsNotKnown() throws Exception {
    assertFinds(
        doctor(1, "--broker", "mqtt://no-such-host.invalid"),
        "broker",
        "name that is not known",
        "hostname -I");
  }

  @Test
  void tlsWhereThereIsNone() throws Exception {
    String plain = "mqtts://127.0.0.1:" + broker.port();
    assertFinds(doctor(1, "--broker", plain), "broker", "does not speak TLS", "--broker mqtt://");
  }

  @Test
  void theAuthorityIsNotBelievedWithoutACredential() throws Exception {
    assertFinds(
        doctor(1, "--broker", tls()), "broker", "no reason to believe", "--credential FILE");
  }

  @Test
  void theCredentialIsOfAnotherHub() throws Exception {
    String file = credential("other", store.add("other", Role.VIEWER), "0".repeat(64));
    assertFinds(doctor(1, "--credential", file), "broker", "is not the hub", "credential invite");
  }

  @Test
  void thePasswordIsWrong() throws Exception {
    store.add("wrong", Role.VIEWER);
    String file = credential("wrong", "guessed", pin);
    assertFinds(
        doctor(1, "--credential", file), "broker", "does not let us in", "coterie credential list");
  }

  @Test
  void theLoginMaySeeNothing() throws Exception {
    String file = credential("cam", store.add("cam", Role.PUBLISHER), pin);
    assertFinds(
        doctor(1, "--credential", file), "rights", "may not see the fleet", "--role viewer");
  }

  @Test
  void aViewerSeesThatNoHubLeads() throws Exception {
    String file = credential("wall", store.add("wall", Role.VIEWER), pin);
    List<Finding> findings = doctor(1, "--credential", file);
    assertFinds(findings, "hub", "no hub of Coterie has ever led there", "coterie up");
    assertTrue(findings.stream().noneMatch(one -> one.check().equals("rights")));
  }

  @Test
  void aBrokerForTheHouseSwallowsModels() throws Exception {
    try (LocalMosquitto mosquitto = mosquitto("message_size_limit 100000")) {
      assertFinds(
          doctor(1, "--broker", mosquitto.address()),
          "messages",
          "one of 2 MiB did not",
          "message_size_limit 0");
    }
  }

  @Test
  void aBrokerSaysWhatItDoesNotAllow() throws Exception {
    try (LocalMosquitto mosquitto = mosquitto("max_packet_size 100000")) {
      assertFinds(
          doctor(1, "--broker", mosquitto.address()),
          "limits",
          "at most 100000 bytes",
          "max_packet_size");
    }
    try (LocalMosquitto mosquitto = mosquitto("retain_available false")) {
      assertFinds(
          doctor(1, "--broker", mosquitto.address()),
          "limits",
          "no retained messages",
          "retain_available true");
    }
    try (LocalMosquitto mosquitto = mosquitto("max_qos 0")) {
      assertFinds(
          doctor(1, "--broker", mosquitto.address()), "limits", "forbids QoS 1", "max_qos 2");
    }
  }

  private static LocalMosquitto mosquitto(String setting) throws Exception {
    Optional<LocalMosquitto> mosquitto = LocalMosquitto.start(setting);
    Assumptions.assumeTrue(mosquitto.isPresent(), LocalMosquitto.MISSING);
    return mosquitto.get();
  }
}
