package io.coterie.hub;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A broker elsewhere that a hub connects to.
 *
 * @param addresses by preference, at least one
 * @param login of the role hub there, where one is asked for
 * @param standby whether the hub has a broker of its own too, which serves only while this one does
 *     not answer; else it uses this one for good
 */
public record UpstreamBroker(List<URI> addresses, Optional<Login> login, boolean standby) {
  public UpstreamBroker {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("must not be empty: addresses");
    }
  }

  /** A connection of a part of the hub that only watches and tells. */
  MessageBus connect(String clientId) {
    return new PahoBus(ConnectionOptions.of(addresses, clientId).withLogin(login));
  }

  /** A connection of a role of the hub, through which frames go too. */
  MessageBus connect(String clientId, Message will) {
    return new PahoBus(
        ConnectionOptions.of(addresses, clientId)
            .withMaxPacketBytes(HubBroker.MAX_PACKET_BYTES)
            .withLogin(login)
            .withWill(will));
  }
}
