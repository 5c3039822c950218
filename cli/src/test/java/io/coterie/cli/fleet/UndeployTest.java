package io.coterie.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandLines;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code coterie undeploy} at a broker where no hub leads. */
@Tag("broker")
final class UndeployTest {
  private static EmbeddedBroker broker;
  private static MessageBus bus;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
    bus = BrokerOption.connect(List.of(broker.address()), "test", 20_000, () -> "");
  }

  @AfterAll
  static void stop() {
    bus.close();
    broker.close();
  }

  private static void retain(String topic) throws InterruptedException {
    CountDownLatch there = new CountDownLatch(1);
    bus.subscribe("coterie/" + topic, 1, message -> there.countDown());
    bus.publish(Message.to("coterie/" + topic).payload("{}").qos(1).retained(true).build());
    assertTrue(there.await(20, TimeUnit.SECONDS));
  }

  private static String undeploy(int status, String name) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      List<String> arguments =
          List.of("undeploy", name, "--broker", broker.address().toString(), "--timeout", "500ms");
      assertEquals(status, CommandLines.execute(arguments));
    } finally {
      System.setErr(before);
    }
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void namesWhatThereIs() throws Exception {
    assertTrue(undeploy(1, "porch").contains("no deployment 'porch': "));
    retain("deployments/yard/spec");
    retain("deployments/attic/plan");
    String message = undeploy(1, "porch");
    assertTrue(message.contains("no deployment 'porch': there is attic, yard"), message);
    assertFalse(message.contains("\tat "), message);
  }

  @Test
  void takesASpecBackThatNobodyCarriesOut() throws Exception {
    retain("deployments/cellar/spec");
    String message = undeploy(0, "cellar");
    assertFalse(message.contains("coterie: "), message);
  }

  @Test
  void saysThatAPlanEndsWhenAHubLeads() throws Exception {
    retain("deployments/garage/spec");
    retain("deployments/garage/plan");
    String message = undeploy(1, "garage");
    assertTrue(
        message.contains(
            "'garage' is not wanted any more, but after 500ms its plan is still there: it ends when"
                + " a hub leads; start one with 'coterie up'"),
        message);
    bus.publish(
        Message.to("coterie/deployments/garage/plan").payload("").qos(1).retained(true).build());
  }
}
