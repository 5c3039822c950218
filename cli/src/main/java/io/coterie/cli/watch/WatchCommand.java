package io.coterie.cli.watch;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jline.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coterie watch}. */
@Command(
    name = "watch",
    description =
        "Shows boards, plans, events and results while they change, until q is pressed. Where the"
            + " output is no terminal, prints them as lines.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Where NO_COLOR is set, there are no colours.",
      "",
      "Example:  coterie watch",
      "          coterie watch --plain --results | tee fleet.log"
    })
public final class WatchCommand implements Callable<Integer> {
  @Mixin private BrokerOption broker;

  @Option(names = "--plain", description = "print lines also on a terminal")
  private boolean plain;

  @Option(names = "--results", description = "as lines: also print every result")
  private boolean results;

  @Option(
      names = "--json",
      description =
          "print each message as a JSON line, with its topic; without a message where it was removed")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Topics topics = broker.topics();
    try (MessageBus bus = broker.connect("watch")) {
      Optional<Terminal> terminal = plain || json ? Optional.empty() : Terminals.open();
      if (terminal.isPresent()) {
        draw(bus, topics, terminal.get());
      } else {
        new PlainLines(topics, json).follow(bus, results);
        new CountDownLatch(1).await();
      }
      return 0;
    }
  }

  private void draw(MessageBus bus, Topics topics, Terminal terminal) {
    String title = broker.brokers().stream().map(Object::toString).collect(Collectors.joining(","));
    try (terminal) {
      Dashboard dashboard =
          new Dashboard(terminal, title, Terminals.colours(System.getenv("NO_COLOR")));
      dashboard.follow(bus, topics);
      dashboard.run();
    } catch (IOException e) {
      throw new CommandException(
          "cannot use this terminal: " + e.getMessage() + ": try 'coterie watch --plain'", e);
    }
  }
}
