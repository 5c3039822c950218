package io.coterie.broker.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.broker.TlsListener;
import io.coterie.protocol.access.JoinToken;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.ConnectionTrial;
import io.coterie.protocol.bus.ConnectionTrial.RefusedException;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with TLS and credentials, over real connections. */
@Tag("broker")
final class SecuredBrokerTest {
  private static final String STATE = "coterie/agents/kitchen/state";

  @TempDir private static Path folder;
  private static CredentialStore store;
  private static HubCertificates certificates;
  private static CredentialAuthenticator authenticator;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws Exception {
    store = new CredentialStore(folder);
    certificates = HubCertificates.open(folder);
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

  private static String address() {
    return "mqtts://127.0.0.1:" + broker.tlsPort();
  }

  private static Login added(String name, Role role) throws IOException {
    return new Login(name, store.add(name, role), certificates.fingerprint(), address());
  }

  private static ConnectionOptions options(Login login, String clientId) {
    return ConnectionOptions.of(login.addresses(), clientId).withLogin(Optional.of(login));
  }

  @Test
  void letsInWithPasswordAndRefusesEverybodyElse() throws Exception {
    Login login = added("viewer", Role.VIEWER);
    ConnectionTrial.run(options(login, "v"));
    Login wrong = new Login("viewer", "wrong", login.ca(), login.brokers());
    assertThrows(RefusedException.class, () -> ConnectionTrial.run(options(wrong, "v")));
    Login stranger = new Login("stranger", login.password(), login.ca(), login.brokers());
    assertThrows(RefusedException.class, () -> ConnectionTrial.run(options(stranger, "v")));
  }

  @Test
  void clientsBelieveNoOtherHub() throws Exception {
    Login login = added("careful", Role.VIEWER);
    Login other = new Login("careful", login.password(), "0".repeat(64), login.brokers());
    IOException e = assertThrows(IOException.class, () -> ConnectionTrial.run(options(other, "c")));
    assertTrue(e.getMessage().contains("another hub"), e.getMessage());
  }

  @Test
  void aBoardJoinsWithATokenAndPublishesItsOwnStateOnly() throws Exception {
    JoinToken token = store.invite(address(), certificates.fingerprint(), Long.MAX_VALUE);
    Login joining =
        new Login("enrol:kitchen", token.secret() + ":chosen", token.ca(), token.brokers());
    ConnectionTrial.run(options(joining, "enrol"));
    Login again = new Login("enrol:attic", token.secret() + ":chosen", token.ca(), token.brokers());
    assertThrows(RefusedException.class, () -> ConnectionTrial.run(options(again, "enrol")));
    Login login = new Login("kitchen", "chosen", token.ca(), token.brokers());
    BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    try (MessageBus hub = started(broker.bus());
        MessageBus board = started(new PahoBus(options(login, "kitchen-1")))) {
      hub.subscribe("coterie/agents/+/state", 1, heard::add);
      board.publish(Message.to("coterie/agents/attic/state").payload("forged").qos(1).build());
      board.publish(Message.to(STATE).payload("mine").qos(1).build());
      assertEquals("mine", heard.poll(10, TimeUnit.SECONDS).text(), "the forged one is not heard");
    }
  }

  @Test
  void hearsNothingItMayNotRead() throws Exception {
    BlockingQueue<Message> spied = new LinkedBlockingQueue<>();
    try (MessageBus hub = started(broker.bus());
        MessageBus spy = started(new PahoBus(options(added("spy", Role.PUBLISHER), "spy")))) {
      spy.subscribe("#", 1, spied::add);
      spy.subscribe("coterie/agents/+/state", 1, spied::add);
      spy.subscribe("coterie/deployments/+/result/+", 1, spied::add);
      Message secret = Message.to(STATE).payload("secret").qos(1).build();
      // The subscription is in force when a result comes; until then results are repeated.
      Message result = null;
      while (result == null) {
        hub.publish(secret);
        hub.publish(Message.to("coterie/deployments/d/result/cam").payload("r").qos(1).build());
        result = spied.poll(200, TimeUnit.MILLISECONDS);
      }
      assertEquals("r", result.text());
      assertFalse(spied.stream().anyMatch(message -> message.text().equals("secret")));
    }
  }

  @Test
  void handsOnWhatAClientSaysBeforeItLeaves() throws Exception {
    String connect = "100d" + "00044d515454" + "04" + "02" + "003c" + "000161";
    String publish = "3005" + "0001" + "66" + "6869";
    String disconnect = "e000";
    BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    try (MessageBus listener =
        started(new PahoBus(ConnectionOptions.of(List.of(broker.address()), "listener")))) {
      listener.subscribe("f", 1, heard::add);
      listener.publish(Message.to("f").payload("subscribed").qos(1).build());
      assertNotNull(heard.poll(10, TimeUnit.SECONDS));
      for (int i = 0; i < 50; i++) {
        try (Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), broker.address().getPort())) {
          socket.getOutputStream().write(HexFormat.of().parseHex(connect));
          assertEquals(0, socket.getInputStream().readNBytes(4)[3]);
          socket.getOutputStream().write(HexFormat.of().parseHex(publish + disconnect));
        }
        assertNotNull(heard.poll(10, TimeUnit.SECONDS), "lost: message " + i);
      }
    }
  }

  @Test
  void aWillOnAnothersTopicIsNotAccepted() throws Exception {
    Login login = added("forger", Role.AGENT);
    Message will = Message.to(STATE).payload("forged").qos(1).build();
    MessageBus forger = new PahoBus(options(login, "forger").withWill(will));
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    forger.start(() -> events.add("connected"));
    assertNull(events.poll(1, TimeUnit.SECONDS));
    forger.close();
  }

  @Test
  void nobodyTakesAnotherUsersClientIdentifier() throws Exception {
    Login first = added("first", Role.VIEWER);
    Login second = added("second", Role.VIEWER);
    try (MessageBus bus = started(new PahoBus(options(first, "same")))) {
      assertThrows(RefusedException.class, () -> ConnectionTrial.run(options(second, "same")));
      assertTrue(bus.connected());
    }
  }

  @Test
  void aRevokedUserIsShownOutAndStaysOut() throws Exception {
    Login login = added("revoked", Role.AGENT);
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    Message will = Message.to("coterie/agents/revoked/state").payload("gone").qos(1).build();
    try (MessageBus hub = started(broker.bus());
        MessageBus bus = new PahoBus(options(login, "revoked").withWill(will))) {
      hub.subscribe("coterie/agents/revoked/state", 1, heard::add);
      bus.start(listener(events));
      assertEquals("connected", events.poll(10, TimeUnit.SECONDS));
      assertTrue(store.revoke("revoked"));
      assertEquals("disconnected", events.poll(10, TimeUnit.SECONDS));
      assertEquals("gone", heard.poll(10, TimeUnit.SECONDS).text(), "its will is still its own");
      assertThrows(RefusedException.class, () -> ConnectionTrial.run(options(login, "revoked-2")));
    }
  }

  @Test
  void showsARenewedCertificateWithoutARestart() throws Exception {
    BigInteger before = serialNumber();
    certificates.issue(List.of("localhost", "127.0.0.1"), "key-store-password");
    long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (serialNumber().equals(before)) {
      assertTrue(System.nanoTime() < untilNs, "still the old one after 60 s");
    }
    ConnectionTrial.run(options(added("later", Role.VIEWER), "later"));
  }

  /** Of the certificate that the broker shows now; waits a moment for the server to speak. */
  private static BigInteger serialNumber() throws Exception {
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null, null);
    try (InputStream in = Files.newInputStream(certificates.certificateFile())) {
      anchors.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), broker.tlsPort())) {
      socket.setSoTimeout(500);
      socket.startHandshake();
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private static MessageBus.Listener listener(BlockingQueue<String> events) {
    return new MessageBus.Listener() {
      @Override
      public void connected() {
        events.add("connected");
      }

      @Override
      public void disconnected(String reason) {
        events.add("disconnected");
      }
    };
  }

  private static MessageBus started(MessageBus bus) throws InterruptedException {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    bus.start(() -> events.add("connected"));
    assertNotNull(events.poll(10, TimeUnit.SECONDS), "not connected within 10 s");
    return bus;
  }
}
