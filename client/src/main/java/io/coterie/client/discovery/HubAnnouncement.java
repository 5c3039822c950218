package io.coterie.client.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a hub says about itself.
 *
 * @param id the hub's name
 * @param base first level of its topics
 * @param ca SHA-256 digest of its CA certificate; empty where it lets everybody in without TLS
 * @param tlsPort where other machines connect with TLS
 * @param plainPort where they connect without
 */
public record HubAnnouncement(
    String id, String base, String ca, OptionalInt tlsPort, OptionalInt plainPort) {
  private static final String SECURE_MQTT = "_secure-mqtt._tcp.local.";
  private static final String MQTT = "_mqtt._tcp.local.";
  private static final int SHORT = 8;

  /** DNS has 63 bytes for a name. */
  private static final int LONGEST_ID = 24;

  /** One announced service. */
  record Service(String type, int port, Map<String, String> text) {}

  public HubAnnouncement {
    if (ca.isEmpty() == tlsPort.isPresent() || (tlsPort.isEmpty() && plainPort.isEmpty())) {
      throw new IllegalArgumentException("TLS and a CA belong together, and a port is needed");
    }
  }

  List<Service> services() {
    List<Service> services = new ArrayList<>();
    int port = tlsPort.orElseGet(plainPort::orElseThrow);
    services.add(new Service(HubAdvert.TYPE, port, HubAdvert.text(id, base, ca)));
    tlsPort.ifPresent(tls -> services.add(new Service(SECURE_MQTT, tls, Map.of())));
    plainPort.ifPresent(plain -> services.add(new Service(MQTT, plain, Map.of())));
    return services;
  }

  /**
   * A name for people, and different for every interface: one machine's announcements on two
   * interfaces of one network would else be taken for two machines' with one name.
   */
  String name(String link) {
    return "Coterie " + shortId() + " " + mark() + " (" + link + ")";
  }

  /** The host's name for the interface's address, as no other responder of this machine has it. */
  String host(String link) {
    return ("coterie-" + shortId() + "-" + mark() + "-" + link).replaceAll("[^A-Za-z0-9-]", "-");
  }

  private String shortId() {
    return id.substring(0, Math.min(LONGEST_ID, id.length()));
  }

  private String mark() {
    return ca.isEmpty() ? "open" : ca.substring(0, SHORT);
  }
}
