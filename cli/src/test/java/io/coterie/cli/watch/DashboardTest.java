package io.coterie.cli.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.SimulatedClient;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.Sized;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.jline.utils.ScreenTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dashboard on a terminal that is none, with a broker within the process. */
@Timeout(30)
final class DashboardTest {
  private final SimulatedBroker broker = new SimulatedBroker();
  private final SimulatedClient bus = broker.client();
  private final MessageBus others = broker.client();
  private ScreenTerminal screen;
  private LineDisciplineTerminal terminal;
  private CompletableFuture<Void> running;

  @BeforeEach
  void start() throws IOException {
    ScreenTerminal.VirtualTerminal virtual =
        ScreenTerminal.withTerminal("test", "xterm-256color", 80, 24);
    screen = virtual.screen();
    terminal = virtual.terminal();
    bus.start(() -> {});
    others.start(() -> {});
    broker.deliverAll();
    Dashboard dashboard = new Dashboard(terminal, "mqtt://hub", true);
    dashboard.follow(bus, Messages.TOPICS);
    broker.deliverAll();
    running =
        CompletableFuture.runAsync(
            () -> {
              try {
                dashboard.run();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  @AfterEach
  void stop() throws Exception {
    terminal.processInputByte('q');
    running.get(10, TimeUnit.SECONDS);
    terminal.close();
  }

  private String screenText() {
    int width = screen.getColumns();
    long[] cells = new long[width * screen.getRows()];
    screen.dump(cells, null);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      int codePoint = ScreenTerminal.cellCodePoint(cells[i]);
      text.appendCodePoint(codePoint < ' ' ? ' ' : codePoint);
      if (i % width == width - 1) {
        text.append('\n');
      }
    }
    return text.toString();
  }

  /** The screen says when it has changed. */
  private void awaitText(String wanted) throws InterruptedException {
    while (!screenText().contains(wanted)) {
      assertFalse(running.isDone(), screenText());
      screen.waitDirty(1_000);
    }
  }

  private void publish(String topic, String json) {
    others.publish(
        Message.to("coterie/" + topic).payload(json.replace('\'', '"')).retained(true).build());
    broker.deliverAll();
  }

  @Test
  void showsWhatComesAndFreezesWithoutABroker() throws Exception {
    awaitText("no hub leads");
    publish("orchestrator/state", "{'state':'online','term':7,'id':'attic'}");
    awaitText("led by attic");
    publish("agents/kitchen/state", "{'state':'online','incarnation':1}");
    awaitText("kitchen          starting");
    bus.giveUp();
    awaitText("NO CONNECTION since");
    awaitText("kitchen          starting");
  }

  private void resize(Sized size) {
    screen.setSize(size);
    terminal.setSize(size);
    terminal.raise(Terminal.Signal.WINCH);
  }

  @Test
  void followsTheTerminalsSize() throws Exception {
    awaitText("RESULTS");
    resize(Size.of(50, 10));
    awaitText("make this terminal at least 60x12");
    resize(Size.of(120, 40));
    awaitText("RESULTS");
  }

  @Test
  void lateAnswersOfTheTerminalAreNoKeys() throws Exception {
    awaitText("q quit");
    for (byte b : "\u001b[?2026;2$y\u001b[?61;4;6c\u001b[1;1R".getBytes(US_ASCII)) {
      terminal.processInputByte(b);
    }
    publish("orchestrator/state", "{'state':'online','term':7,'id':'attic'}");
    awaitText("led by attic");
  }

  @Test
  void endsWithControlC() throws Exception {
    awaitText("q quit");
    terminal.processInputByte(3);
    running.get(10, TimeUnit.SECONDS);
    assertTrue(running.isDone());
  }
}
