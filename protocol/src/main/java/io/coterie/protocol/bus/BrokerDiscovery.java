package io.coterie.protocol.bus;

import java.net.URI;
import java.util.List;

/**
 * Where else a broker may be, once it is not where it was. Called on the threads that connect:
 * implementations must not block and must not throw.
 */
public interface BrokerDiscovery {
  /** For who knows all addresses there are. */
  BrokerDiscovery NOWHERE =
      new BrokerDiscovery() {
        @Override
        public List<URI> addresses() {
          return List.of();
        }

        @Override
        public void reached(URI broker) {}
      };

  /** Asked after every round of attempts in vain; what is known by now, perhaps nothing. */
  List<URI> addresses();

  /** A connection stands. */
  void reached(URI broker);
}
