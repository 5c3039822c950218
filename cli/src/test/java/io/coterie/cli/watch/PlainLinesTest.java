package io.coterie.cli.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.simulation.SimulatedBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlainLinesTest {
  private static final String STATE = "coterie/agents/kitchen/state";
  private static final String RESULT = "coterie/deployments/porch/result/cam";

  private record JsonLine(String topic, AgentState message) {}

  private static List<String> printed(boolean json, boolean results, Message... messages) {
    SimulatedBroker broker = new SimulatedBroker();
    MessageBus others = broker.connectedClient();
    MessageBus bus = broker.connectedClient();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      new PlainLines(Messages.TOPICS, json).follow(bus, results);
      broker.deliverAll();
      for (Message message : messages) {
        others.publish(message);
      }
      broker.deliverAll();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static Message message(String topic, String json) {
    return Message.to(topic).payload(json.replace('\'', '"')).build();
  }

  private static Message result(String label) {
    return message(
        RESULT,
        "{'frame':'f1','source':'cam','status':'ok','label':'"
            + label
            + "','index':1,'confidence':0.9,'portions':{'have':1,'of':2},'exit':2,'epoch':1,"
            + "'latencyMs':9.5}");
  }

  @Test
  void printsALineForEachChange() {
    List<String> lines =
        printed(
            false,
            true,
            message(STATE, "{'state':'online','incarnation':1}"),
            message(STATE, ""),
            message(STATE, "{'state':"),
            result("cat"));
    assertEquals(4, lines.size(), lines.toString());
    assertTrue(lines.get(0).endsWith("  board kitchen: online"), lines.get(0));
    assertTrue(lines.get(1).endsWith("  kitchen: removed"), lines.get(1));
    assertTrue(lines.get(2).contains(STATE + ": unreadable: "), lines.get(2));
    assertTrue(
        lines.get(3).endsWith("  porch/cam f1: ok cat, 1 of 2 portions, exit 2, 9.5 ms"),
        lines.get(3));
  }

  @Test
  void printsTheReleaseOfABoard() {
    List<String> lines =
        printed(
            false,
            false,
            message(
                "coterie/agents/kitchen/capability",
                "{'incarnation':1,'software':'0.9','hardware':'pi','arch':'aarch64','cores':4,"
                    + "'memoryBytes':1000000,'flopsPerSecond':1e9,'uplinkBitsPerSecond':1e6,"
                    + "'failureProbability':0.1,'hub':false,'term':0,'epoch':0}"));
    assertTrue(lines.get(0).endsWith("  board kitchen: release 0.9 on pi"), lines.get(0));
  }

  @Test
  void printsNoResultsUnlessAsked() {
    assertEquals(List.of(), printed(false, false, result("cat")));
  }

  @Test
  void neverLetsATextIntoTheTerminal() {
    String line = printed(false, true, result("\\u001b[2Jcat")).get(0);
    assertTrue(line.contains("ok ?[2Jcat"), line);
  }

  @Test
  void printsEveryMessageAsJson() throws Exception {
    List<String> lines =
        printed(
            true,
            false,
            message(STATE, "{'state':'online','incarnation':1}"),
            message(STATE, "{'state':"),
            message(STATE, ""));
    assertEquals(2, lines.size(), lines.toString());
    assertEquals("{\"topic\":\"" + STATE + "\"}", lines.get(1));
    assertEquals(
        new JsonLine(STATE, new AgentState(Availability.ONLINE, 1)),
        Json.read(lines.get(0).getBytes(StandardCharsets.UTF_8), JsonLine.class));
  }
}
