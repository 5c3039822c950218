package io.coterie.broker;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.MessageBusContract;
import io.coterie.protocol.bus.PahoBus;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The Paho adapter against a real broker. */
@Tag("broker")
class PahoBusTest extends MessageBusContract {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() throws BrokerException {
    broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Override
  protected MessageBus newBus(String clientId) {
    return new PahoBus(ConnectionOptions.of(List.of(broker.address()), clientId));
  }
}
