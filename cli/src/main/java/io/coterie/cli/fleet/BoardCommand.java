package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.cli.DurationArgument;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentRequest;
import io.coterie.protocol.message.AgentRequest.Action;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie board}. */
@Command(
    name = "board",
    description = {
      "Asks one board for something, and waits until it is done:",
      "identify: its LED flashes for ten seconds, or its log says so",
      "drain: no plan has it any more, so that it can be switched off",
      "resume: plans may have it again; so they may after a restart"
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie board drain kitchen"})
public final class BoardCommand implements Callable<Integer> {
  /** Retained states come at once; there is no last one to wait for. */
  private static final long COLLECT_MS = 800;

  @Mixin private BrokerOption broker;

  @Parameters(index = "0", paramLabel = "ACTION", description = "identify, drain or resume")
  private Action action;

  @Parameters(index = "1", paramLabel = "BOARD", description = "its name")
  private String board;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "how long to wait for the board (default: ${DEFAULT-VALUE})")
  private DurationArgument timeout;

  @Option(names = "--json", description = "print the board's state as JSON")
  private boolean json;

  private final Map<String, AgentState> states = new ConcurrentHashMap<>();
  private volatile Assignment assigned = Assignment.NONE;
  private final Semaphore changes = new Semaphore(0);

  /** What is printed. */
  private record Told(String board, Availability state) {}

  @Override
  public Integer call() throws InterruptedException {
    if (!Topics.isName(board)) {
      throw new CommandException("BOARD: must be letters, digits, '.', '_', '-': " + board);
    }
    Topics topics = broker.topics();
    try (MessageBus bus = broker.connect("board")) {
      bus.subscribe(topics.filter(Topic.AGENT_STATE), 1, this::heard);
      bus.subscribe(topics.of(Topic.AGENT_ASSIGNMENT, board), 1, this::heard);
      boolean unused = await(() -> false, COLLECT_MS);
      checkIsThere();
      bus.publish(
          Message.to(topics.of(Topic.AGENT_REQUEST, board))
              .payload(Json.bytes(new AgentRequest(action)))
              .qos(1)
              .build());
      switch (action) {
        case IDENTIFY -> {}
        case DRAIN -> awaitDrained();
        case RESUME -> awaitState(Availability.ONLINE);
      }
    }
    print();
    return 0;
  }

  private void heard(Message message) {
    Topics.Parsed topic = broker.topics().parse(message.topic()).orElseThrow();
    boolean empty = message.payload().length == 0;
    try {
      if (topic.topic() == Topic.AGENT_ASSIGNMENT) {
        assigned = empty ? Assignment.NONE : Json.read(message.payload(), Assignment.class);
      } else if (empty) {
        states.remove(topic.name());
      } else {
        states.put(topic.name(), Json.read(message.payload(), AgentState.class));
      }
    } catch (JsonException e) {
      System.err.println("coterie: ignored " + message.topic() + ": " + e.getMessage());
    }
    changes.release();
  }

  private boolean await(BooleanSupplier wanted, long timeoutMs) throws InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (!wanted.getAsBoolean()) {
      if (!changes.tryAcquire(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return wanted.getAsBoolean();
      }
    }
    return true;
  }

  private boolean is(Availability availability) {
    return Optional.ofNullable(states.get(board))
        .map(state -> state.state() == availability)
        .orElse(false);
  }

  private void checkIsThere() {
    if (!states.containsKey(board)) {
      throw new CommandException(
          "no board '"
              + board
              + "': "
              + (states.isEmpty()
                  ? "no board has come to this broker yet"
                  : "there is " + String.join(", ", new TreeMap<>(states).keySet())));
    }
    if (!is(Availability.ONLINE) && !is(Availability.DRAINING)) {
      throw new CommandException(
          "'" + board + "' does not hear: it is " + word() + "; start its agent");
    }
  }

  private String word() {
    return Json.write(states.get(board).state()).replace("\"", "");
  }

  private void awaitState(Availability wanted) throws InterruptedException {
    if (!await(() -> is(wanted), timeout.ms())) {
      throw new CommandException(
          "'"
              + board
              + "' is still "
              + word()
              + " after "
              + timeout
              + ": this login may not ask boards (an operator's may, from 'coterie credential add"
              + " NAME --role operator'), or its agent is older than this command");
    }
  }

  private void awaitDrained() throws InterruptedException {
    awaitState(Availability.DRAINING);
    if (!await(this::isFree, timeout.ms())) {
      throw new CommandException(
          "'"
              + board
              + "' drains, but its roles were not given to others within "
              + timeout
              + ": they are when a hub leads; start one with 'coterie up'");
    }
  }

  private boolean isFree() {
    Assignment now = assigned;
    return now.students().isEmpty() && now.fusers().isEmpty() && now.pipelines().isEmpty();
  }

  private void print() {
    if (json) {
      System.out.println(Json.write(new Told(board, states.get(board).state())));
      return;
    }
    System.out.println(
        switch (action) {
          case IDENTIFY ->
              "asked: the LED of " + board + " flashes for ten seconds, or its log says so";
          case DRAIN -> board + " drains: no plan has it any more, it can be switched off";
          case RESUME -> board + " takes part again";
        });
  }
}
