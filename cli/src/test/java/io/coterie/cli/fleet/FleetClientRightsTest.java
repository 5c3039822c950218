package io.coterie.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.broker.access.CredentialAuthenticator;
import io.coterie.broker.access.CredentialStore;
import io.coterie.cli.BrokerOption;
import io.coterie.client.FleetClient;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients can do that may not do everything. */
@Tag("broker")
final class FleetClientRightsTest {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private static Path folder;
  private static CredentialStore store;
  private static CredentialAuthenticator authenticator;
  private static EmbeddedBroker broker;
  private static MessageBus hub;

  @BeforeAll
  static void start() throws Exception {
    store = new CredentialStore(folder);
    authenticator = new CredentialAuthenticator(TOPICS, store);
    broker = EmbeddedBroker.start(BrokerOptions.loopback(0).withAuthenticator(authenticator));
    authenticator.watch(broker::disconnectUser);
    hub = BrokerOption.connect(List.of(broker.address()), "hub", 20_000, () -> "");
    CountDownLatch there = new CountDownLatch(2);
    hub.subscribe("coterie/agents/+/+", 1, message -> there.countDown());
    retain("agents/a/state", "{\"state\":\"draining\",\"incarnation\":1}");
    retain(
        "agents/a/assignment",
        "{\"term\":1,\"epoch\":2,\"fusers\":[{\"deployment\":\"porch\",\"bundle\":\""
            + "a".repeat(64)
            + "\",\"k\":1,\"covered\":[0],\"deadlineMs\":500,\"acceptFrom\":1}]}");
    assertTrue(there.await(20, TimeUnit.SECONDS));
  }

  private static void retain(String topic, String json) {
    hub.publish(Message.to("coterie/" + topic).payload(json).qos(1).retained(true).build());
  }

  @AfterAll
  static void stop() {
    hub.close();
    broker.close();
    authenticator.close();
  }

  private static FleetClient client(Role role) throws Exception {
    String user = role.text();
    Login login = new Login(user, store.add(user, role), "", "");
    return FleetClient.connect(
        ConnectionOptions.of(List.of(broker.address()), user).withLogin(Optional.of(login)),
        TOPICS,
        LONG);
  }

  @Test
  void anOperatorSeesWhatAgentsAreToldAndHearsTheEndOfIt() throws Exception {
    try (FleetClient client = client(Role.OPERATOR)) {
      assertEquals(List.of("a"), List.copyOf(client.view().agentsOf("porch")));
      assertTrue(client.echoes(16, LONG));
    }
  }

  @Test
  void aViewerSeesTheRest() throws Exception {
    try (FleetClient client = client(Role.VIEWER)) {
      FleetView view = client.view();
      assertTrue(view.fleet().isDraining("a"), view::toString);
      assertEquals(List.of(), List.copyOf(view.agentsOf("porch")));
      assertTrue(client.hears());
    }
  }

  @Test
  void aPublisherHasItsFramesAnswered() throws Exception {
    hub.subscribe("coterie/deployments/porch/input/client", 1, FleetClientRightsTest::answer);
    try (FleetClient client = client(Role.PUBLISHER)) {
      assertEquals("busy", client.frame("porch", new byte[] {1}).get().reason());
    }
  }

  private static void answer(Message frame) {
    String id = new String(frame.correlation(), StandardCharsets.US_ASCII);
    String result =
        "{'frame':'ID','source':'client','status':'rejected','reason':'busy',"
            + "'portions':{'have':0,'of':0}}";
    hub.publish(
        Message.to("coterie/deployments/porch/result/client")
            .payload(result.replace('\'', '"').replace("ID", id))
            .qos(1)
            .build());
  }
}
