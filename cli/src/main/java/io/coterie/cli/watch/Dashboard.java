package io.coterie.cli.watch;

import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.LogManager;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/**
 * Draws the fleet on a terminal until somebody quits. Messages come on the bus's thread, everything
 * else happens on the one that runs it.
 */
final class Dashboard {
  private static final int POLL_MS = 100;
  private static final long REDRAW_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int INTERRUPT = 3;
  private static final int END = 4;
  private static final int REFRESH = 12;
  private static final Size UNKNOWN = Size.of(80, 24);

  private final Terminal terminal;
  private final String title;
  private final boolean colours;
  private final Display display;
  private final Object lock = new Object();
  private final View view;
  private BooleanSupplier connected = () -> true;
  private boolean changed = true;
  private volatile boolean resized = true;
  private volatile boolean ended;
  private long drawnNs;

  Dashboard(Terminal terminal, String title, boolean colours) {
    this.terminal = terminal;
    this.title = title;
    this.colours = colours;
    display = new Display(terminal, true);
    view = new View(now());
  }

  /** Shows what comes over the bus from now on. */
  void follow(MessageBus bus, Topics topics) {
    connected = bus::connected;
    FleetView.TOPICS.forEach(
        topic -> bus.subscribe(topics.filter(topic), 1, message -> heard(topics, message)));
    bus.subscribe(topics.of(Topic.ORCHESTRATOR_STATE), 1, message -> heard(topics, message));
    bus.subscribe(topics.filter(Topic.RESULT), 0, message -> heard(topics, message));
  }

  private void heard(Topics topics, Message message) {
    synchronized (lock) {
      topics
          .parse(message.topic())
          .ifPresent(
              topic -> {
                view.heard(topic, message, now());
                changed = true;
              });
    }
  }

  private static View.Moment now() {
    return new View.Moment(System.nanoTime(), LocalTime.now(ZoneId.systemDefault()));
  }

  /** Draws until q, Ctrl-C or the end of the input. */
  void run() throws IOException {
    // What others write to the terminal would stand in the page.
    LogManager.getLogManager().reset();
    Attributes before = terminal.enterRawMode();
    Thread restore = new Thread(() -> leave(before), "terminal");
    Runtime.getRuntime().addShutdownHook(restore);
    terminal.handle(Terminal.Signal.WINCH, signal -> resized = true);
    terminal.handle(Terminal.Signal.INT, signal -> ended = true);
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    try {
      while (!ended) {
        draw();
        pressed(terminal.reader().read(POLL_MS));
      }
    } finally {
      leave(before);
      Runtime.getRuntime().removeShutdownHook(restore);
    }
  }

  private void leave(Attributes before) {
    terminal.puts(Capability.exit_ca_mode);
    terminal.puts(Capability.cursor_normal);
    terminal.flush();
    terminal.setAttributes(before);
  }

  private void pressed(int key) {
    if (key == 'q'
        || key == 'Q'
        || key == INTERRUPT
        || key == END
        || key == NonBlockingReader.EOF) {
      ended = true;
    } else if (key == REFRESH) {
      resized = true;
    }
  }

  private void draw() {
    if (resized) {
      resized = false;
      Size size = terminal.getSize();
      Size known = size.getRows() > 0 && size.getColumns() > 0 ? size : UNKNOWN;
      display.resize(known);
      display.clear();
      changed = true;
    }
    View.Moment now = now();
    synchronized (lock) {
      view.connected(connected.getAsBoolean(), now);
      view.passed(now);
      if (changed || now.ns() - drawnNs > REDRAW_NS) {
        changed = false;
        drawnNs = now.ns();
        display.update(Page.draw(view, title, display.getColumns(), display.getRows(), colours), 0);
      }
    }
  }
}
