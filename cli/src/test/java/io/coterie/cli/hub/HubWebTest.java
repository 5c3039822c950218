package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.coterie.orchestrator.metrics.FleetObserver;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reaches the pages of a hub on a broker elsewhere. */
final class HubWebTest {
  /** Of this machine, and not the one that hubs listen on without being told. */
  private static final String OTHER_ADDRESS = "127.0.0.2";

  @TempDir Path folder;

  private HubWeb start(boolean open) throws IOException {
    Topics topics = new Topics("coterie");
    WebPorts ports = new WebPorts(OptionalInt.of(0), OptionalInt.empty());
    ListenerOptions listening =
        new ListenerOptions(
            "0.0.0.0",
            0,
            OptionalInt.empty(),
            OptionalInt.empty(),
            false,
            open,
            Optional.of(ports));
    HubOptions options = new HubOptions(topics, "hub", folder, TrustedKeys.ANYBODY, HubOptions.ALL);
    FleetObserver observer = new FleetObserver(topics, new SimulatedBroker().client(), () -> true);
    return HubWeb.onBroker(listening, ports, options, observer);
  }

  private static int statusAtOtherAddress(HubWeb web) throws IOException {
    int port = web.addresses().get(0).getPort();
    URI page = URI.create("http://" + OTHER_ADDRESS + ":" + port + "/v2/health/live");
    return ((HttpURLConnection) page.toURL().openConnection()).getResponseCode();
  }

  @Test
  void everybodyWithOpen() throws Exception {
    HubWeb web = start(true);
    try {
      assertEquals(200, statusAtOtherAddress(web));
    } finally {
      web.close();
    }
  }

  @Test
  void thisMachineWithout() throws Exception {
    HubWeb web = start(false);
    try {
      assertThrows(ConnectException.class, () -> statusAtOtherAddress(web));
    } finally {
      web.close();
    }
  }
}
