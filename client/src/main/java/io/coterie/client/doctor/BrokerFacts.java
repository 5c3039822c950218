package io.coterie.client.doctor;

import io.coterie.protocol.bus.ConnectionTrial;
import java.net.URI;
import java.util.Optional;

/**
 * What came of asking one broker.
 *
 * @param trouble why it could not be asked; empty where it could
 * @param limits what it allows; empty where it could not be asked
 * @param user whose credential was used; empty for none
 */
public record BrokerFacts(
    URI address,
    Optional<ProbeFailure> trouble,
    Optional<ConnectionTrial.Limits> limits,
    Optional<String> user) {
  boolean isTls() {
    return "mqtts".equals(address.getScheme());
  }
}
