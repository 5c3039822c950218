package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.cli.DurationArgument;
import io.coterie.client.FleetClient;
import io.coterie.client.fleet.Fleet;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentRequest.Action;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
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

  /** What is printed. */
  private record Told(String board, Availability state) {}

  @Override
  public Integer call() throws InterruptedException {
    if (!Topics.isName(board)) {
      throw new CommandException("BOARD: must be letters, digits, '.', '_', '-': " + board);
    }
    try (FleetClient client = broker.client("board")) {
      checkIsThere(client.view().fleet());
      client.request(board, action);
      switch (action) {
        case IDENTIFY -> {}
        case DRAIN -> awaitDrained(client);
        case RESUME -> awaitState(client, Availability.ONLINE);
      }
      print(state(client.view().fleet()).orElseThrow());
      return 0;
    }
  }

  private Optional<Availability> state(Fleet fleet) {
    return fleet.member(board).state().map(AgentState::state);
  }

  private void checkIsThere(Fleet fleet) {
    Optional<Availability> state = state(fleet);
    if (state.isEmpty()) {
      List<String> there = fleet.members().keySet().stream().filter(fleet::knowsStateOf).toList();
      throw new CommandException(
          "no board '"
              + board
              + "': "
              + (there.isEmpty()
                  ? "no board has come to this broker yet"
                  : "there is " + String.join(", ", there)));
    }
    if (!fleet.member(board).reachable()) {
      throw new CommandException(
          "'" + board + "' does not hear: it is " + word(state.get()) + "; start its agent");
    }
  }

  private static String word(Availability state) {
    return Json.write(state).replace("\"", "");
  }

  private boolean await(FleetClient client, Predicate<FleetView> wanted)
      throws InterruptedException {
    return client.await(wanted, Duration.ofMillis(timeout.ms()));
  }

  private void awaitState(FleetClient client, Availability wanted) throws InterruptedException {
    if (!await(client, view -> state(view.fleet()).equals(Optional.of(wanted)))) {
      throw new CommandException(
          "'"
              + board
              + "' is still "
              + state(client.view().fleet()).map(BoardCommand::word).orElse("gone")
              + " after "
              + timeout
              + ": this login may not ask boards (an operator's may, from 'coterie credential add"
              + " NAME --role operator'), or its agent is older than this command");
    }
  }

  private void awaitDrained(FleetClient client) throws InterruptedException {
    awaitState(client, Availability.DRAINING);
    if (!await(client, view -> isFree(view.assignment(board)))) {
      throw new CommandException(
          "'"
              + board
              + "' drains, but its roles were not given to others within "
              + timeout
              + ": they are when a hub leads; start one with 'coterie up'");
    }
  }

  private static boolean isFree(Assignment now) {
    return now.students().isEmpty() && !now.answers();
  }

  private void print(Availability state) {
    if (json) {
      System.out.println(Json.write(new Told(board, state)));
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
