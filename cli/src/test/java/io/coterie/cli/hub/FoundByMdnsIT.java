package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.hub.access.HubSecrets;
import io.coterie.protocol.access.LoginFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A board that is told no address, or whose hub gets another, in a network of the test's own. */
final class FoundByMdnsIT {
  private static final int SECONDS = 90;

  @TempDir Path folder;
  private OwnNetwork network;
  private Path board;
  private Path log;

  @BeforeEach
  void prepare() throws Exception {
    network = OwnNetwork.create();
    board = Files.createDirectory(folder.resolve("board"));
    log = folder.resolve("board.log");
  }

  @AfterEach
  void end() {
    if (network != null) {
      network.close();
    }
  }

  private String token() throws IOException {
    HubSecrets secrets = HubSecrets.of(folder.resolve("hub"));
    return secrets
        .credentials()
        .invite("", secrets.certificates().fingerprint(), Long.MAX_VALUE)
        .text();
  }

  private void hub(String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of("up", "--http-port", "0"));
    all.addAll(List.of(more));
    network.coterie(folder, folder.resolve("hub.log"), List.of(), all);
  }

  private Process board(List<String> jvm, String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of("agent", "--id", "kitchen"));
    all.addAll(List.of(more));
    return network.coterie(board, log, jvm, all);
  }

  private void awaitLog(String text) throws Exception {
    long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!Files.exists(log) || !Files.readString(log).contains(text)) {
      assertTrue(System.nanoTime() - untilNs < 0, () -> "never said: " + text + said());
      boolean unused = new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }
  }

  private String said() {
    try {
      return "\n" + Files.readString(log) + Files.readString(folder.resolve("hub.log"));
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  @Test
  void aBoardThatWasToldNoAddressJoinsAndFollowsItsHubToAnother() throws Exception {
    Process first = board(List.of(), "--join", token());
    awaitLog("cannot join yet, keeps trying");
    // A network, and a hub in it, come later.
    hub("--bind", "0.0.0.0");
    network.run("ip addr add 192.168.77.10/24 dev lan0");
    awaitLog("connected: broker=mqtts://192.168.77.10:8883");

    network.run("ip addr del 192.168.77.10/24 dev lan0");
    network.run("ip addr add 192.168.77.99/24 dev lan0");
    awaitLog("connected: broker=mqtts://192.168.77.99:8883");
    Path credential = board.resolve("credential-kitchen.json");
    awaitKept(credential, "mqtts://192.168.77.99:8883,mqtts://192.168.77.10:8883");

    first.destroyForcibly().waitFor();
    Files.delete(log);
    Path classes = folder.resolve("classes.log");
    board(List.of("-Xlog:class+load:file=" + classes));
    awaitLog("connected: broker=mqtts://192.168.77.99:8883");
    String loaded = Files.readString(classes);
    assertTrue(loaded.contains("io.coterie.client.discovery.HubSearch"), "wrong log");
    assertFalse(loaded.contains("javax.jmdns"), "who finds its hub needs no mDNS");
  }

  private void awaitKept(Path credential, String addresses) throws Exception {
    long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!LoginFile.read(credential).brokers().equals(addresses)
        && System.nanoTime() - untilNs < 0) {
      Thread.onSpinWait();
    }
    assertEquals(addresses, LoginFile.read(credential).brokers());
  }

  @Test
  void aBoardWithoutACredentialOnlySaysWhichHubsThereAre() throws Exception {
    network.run("ip addr add 192.168.77.10/24 dev lan0");
    hub("--bind", "192.168.77.10", "--open");
    board(List.of());
    awaitLog("a hub is here that we have no credential for: hub=hub");
    assertTrue(Files.readString(log).contains("address=mqtt://192.168.77.10:1883"));
    assertFalse(Files.readString(log).contains("connected: "), "nobody is believed");
  }
}
