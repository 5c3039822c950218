package io.coterie.protocol.bus;

import java.net.URI;
import java.util.List;

/**
 * Finds further addresses of brokers when none of the configured ones answers. Called on the
 * threads that connect: implementations must not block and must not throw.
 */
public interface BrokerDiscovery {
  /** Finds nothing: the configured addresses are all there are. */
  BrokerDiscovery NOWHERE =
      new BrokerDiscovery() {
        @Override
        public List<URI> addresses() {
          return List.of();
        }

        @Override
        public void reached(URI broker) {}
      };

  /**
   * Returns the addresses that are known by now, possibly none. Called after every round in which
   * no address answered.
   */
  List<URI> addresses();

  /** Called when a connection to this broker has been established. */
  void reached(URI broker);
}
