package io.coterie.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.hub.access.HubSecrets;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.ConnectionTrial;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/security.md says of hostile clients. After each, the hub serves others as before. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HostileClientsIT {
  private static final String RESULT = "coterie/deployments/d/result/cam";
  private static final String INBOX = "coterie/agents/kitchen/inbox";

  @TempDir private static Path folder;
  private static HubBroker hub;
  private static MessageBus inside;
  private static MessageBus viewer;
  private static Login login;
  private static String password;
  private static final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Message> results = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws Exception {
    HubSecrets secrets = HubSecrets.of(folder);
    ListenerOptions listening =
        new ListenerOptions("127.0.0.1", 0, OptionalInt.of(0), OptionalInt.empty(), false, false);
    hub = HubBroker.start(listening, new Topics("coterie"), secrets);
    password = secrets.credentials().add("cam", Role.PUBLISHER);
    login =
        new Login(
            "watcher",
            secrets.credentials().add("watcher", Role.VIEWER),
            secrets.certificates().fingerprint(),
            secrets.addresses());
    inside = started(hub.broker().bus());
    inside.subscribe(INBOX, 0, inbox::add);
    viewer = new PahoBus(options("watcher-1"));
    viewer.subscribe(RESULT, 1, results::add);
    viewer = started(viewer);
  }

  @AfterAll
  static void stop() {
    viewer.close();
    inside.close();
    hub.close();
  }

  private static ConnectionOptions options(String clientId) {
    return ConnectionOptions.of(login.addresses(), clientId).withLogin(Optional.of(login));
  }

  private static int port() {
    return hub.broker().tlsPort();
  }

  @AfterEach
  void othersAreServed() throws Exception {
    inside.publish(Message.to(RESULT).payload("r").qos(1).build());
    assertNotNull(results.poll(5, TimeUnit.SECONDS), "who is connected hears no results");
    ConnectionTrial.run(options("watcher-2"));
    assertEquals(0, inbox.size(), "something came through to a board");
  }

  @Test
  void strangersAreRefused() throws Exception {
    try (RawClient client = RawClient.tls(port())) {
      assertEquals(5, client.connect("x", "", ""), "anonymous");
    }
    try (RawClient client = RawClient.tls(port())) {
      assertEquals(5, client.connect("x", "cam", "wrong"), "wrong password");
    }
    try (RawClient client = RawClient.tls(port())) {
      assertEquals(5, client.connect("watcher-1", "cam", password), "another's client identifier");
    }
  }

  @Test
  void aPublisherReadsAndWritesNothingElse() throws Exception {
    try (RawClient client = RawClient.tls(port())) {
      assertEquals(0, client.connect("cam", "cam", password));
      assertEquals(128, client.subscribe("#"));
      assertEquals(128, client.subscribe("$SYS/#"));
      assertEquals(128, client.subscribe("$share/g/coterie/#"));
      assertEquals(128, client.subscribe("coterie/agents/+/inbox"));
      assertEquals(0, client.subscribe("coterie/deployments/+/result/+"));
      client.publish(INBOX, "forged");
      assertTrue(client.ended(), "with MQTT 3.1.1 the answer is the end of the connection");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n", "\u0000\u0001\u0002"})
  void scannersLearnNothing(String probe) throws Exception {
    for (int port : new int[] {port(), hub.broker().port()}) {
      try (RawClient client = RawClient.tcp(port)) {
        client.send(probe.chars().toArray());
        assertTrue(client.ended(), "port " + port);
      }
    }
  }

  @Test
  void packetsOf256MegabytesEndAtTheirHeader() throws Exception {
    try (RawClient client = RawClient.tls(port())) {
      client.send(0x10, 0xff, 0xff, 0xff, 0x7f);
      client.patience(2_000);
      assertTrue(client.ended(), "before login");
    }
    try (RawClient client = RawClient.tls(port())) {
      assertEquals(0, client.connect("cam", "cam", password));
      client.send(0x30, 0xff, 0xff, 0xff, 0x7f);
      client.patience(2_000);
      assertTrue(client.ended(), "after login");
    }
  }

  @Test
  void fiveThousandConnectionsLeaveRoomForOthers() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 5_000; i++) {
        clients.add(RawClient.tcp(port()));
      }
      othersAreServed();
      int open = 0;
      for (RawClient client : clients) {
        client.patience(1);
        open += client.ended() ? 0 : 1;
      }
      System.out.println("hostile clients: " + open + " of 5000 connections stayed open");
      assertTrue(open <= 64, open + " stayed open");
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void whoDripsIsDisconnectedInTime() throws Exception {
    long startNs = System.nanoTime();
    try (RawClient silent = RawClient.tcp(port());
        RawClient slow = RawClient.tls(port())) {
      slow.patience(500);
      slow.send(0x10, 0x7f);
      boolean ended = false;
      while (!ended && System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20)) {
        ended = dripped(slow) || slow.ended();
      }
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
      System.out.println("hostile clients: slow one disconnected after s=" + seconds);
      assertTrue(ended && seconds <= 13, "still there after s=" + seconds);
      silent.patience(5_000);
      assertTrue(silent.ended(), "without a handshake");
    }
  }

  /** Sends one more byte of a name that never ends; true where nobody takes it any more. */
  private static boolean dripped(RawClient client) {
    try {
      client.send(0);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Last: nothing from that address is looked at for half a minute. */
  @Test
  @Order(Integer.MAX_VALUE)
  void whoGuessesPasswordsIsNotListenedToForAWhile() throws Exception {
    for (int i = 0; i < 12; i++) {
      try (RawClient client = RawClient.tls(port())) {
        assertEquals(5, client.connect("guess", "watcher", "guess-" + i));
      }
    }
    try (RawClient client = RawClient.tls(port())) {
      assertEquals(5, client.connect("cam", "cam", password), "the right one, too late");
    }
  }

  private static MessageBus started(MessageBus bus) throws InterruptedException {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    bus.start(() -> events.add("connected"));
    assertNotNull(events.poll(10, TimeUnit.SECONDS), "not connected within 10 s");
    return bus;
  }
}
