package io.coterie.cli.watch;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.topic.Topics;
import java.time.LocalTime;
import java.util.concurrent.TimeUnit;

/** A view that hears messages as boards and hubs send them, at a time of the test's choice. */
final class Messages {
  static final Topics TOPICS = new Topics("coterie");
  private static final String BUNDLE = "a".repeat(64);

  final View view = new View(at(0));
  private int seconds;

  static View.Moment at(int seconds) {
    LocalTime time = LocalTime.of(12, 0, 0).plusSeconds(seconds);
    return new View.Moment(TimeUnit.SECONDS.toNanos(seconds), time);
  }

  Messages after(int later) {
    seconds += later;
    return this;
  }

  View.Moment now() {
    return at(seconds);
  }

  Messages hear(String topic, String json) {
    return hear(topic, json, false);
  }

  Messages hear(String topic, String json, boolean retained) {
    Message message =
        Message.to("coterie/" + topic).payload(json.replace('\'', '"')).retained(retained).build();
    view.heard(TOPICS.parse(message.topic()).orElseThrow(), message, now());
    return this;
  }

  Messages leads(String id) {
    return hear("orchestrator/state", "{'state':'online','term':7,'id':'" + id + "'}");
  }

  Messages joins(String agent, boolean hub, boolean retained) {
    hear(
        "agents/" + agent + "/capability",
        "{'incarnation':1,'software':'1','hardware':'pi','arch':'aarch64','cores':4,"
            + "'memoryBytes':1000000,'flopsPerSecond':1e9,'uplinkBitsPerSecond':1e6,"
            + "'failureProbability':0.1,'hub':"
            + hub
            + ",'term':0,'epoch':0}",
        retained);
    return state(agent, "online", retained);
  }

  Messages state(String agent, String state, boolean retained) {
    return hear(
        "agents/" + agent + "/state", "{'state':'" + state + "','incarnation':1}", retained);
  }

  Messages reports(String agent, String rest) {
    return hear("agents/" + agent + "/report", "{'incarnation':1" + rest + "}");
  }

  static String computes(double latencyMs) {
    return ",'queued':2,'models':[{'bundle':'"
        + BUNDLE
        + "','k':2,'partition':0,'student':'s','frames':9,'totalMs':1,'latencyMs':"
        + latencyMs
        + "}]";
  }

  Messages specs(String deployment) {
    return hear(
        "deployments/" + deployment + "/spec",
        "{'bundle':'"
            + BUNDLE
            + "','strategy':'rocoin','deadlineMs':500,'successProbability':0.9}");
  }

  /** A plan of two groups. */
  Messages plans(String deployment, int epoch, String first, String second, String rest) {
    return hear(
        "deployments/" + deployment + "/plan",
        "{'term':7,'epoch':"
            + epoch
            + ",'bundle':'"
            + BUNDLE
            + "','strategy':'rocoin','complete':true,'k':2,'acceptFrom':1,'fuser':'hub',"
            + "'standby':'b','latencyMs':1,'successProbability':0.9,'expectedAccuracy':0.9,"
            + "'groups':[{'partition':0,'student':'s','agents':["
            + first
            + "],'latencyMs':1,'successProbability':0.9},{'partition':1,'student':'s','agents':["
            + second
            + "],'latencyMs':1,'successProbability':0.9}]"
            + rest
            + "}",
        false);
  }

  /** For the end of a plan: another bundle takes its place. */
  static String rollout(String stage, String board, int frames, int errors, String reason) {
    return ",'rollout':{'stage':'"
        + stage
        + "','from':{'bundle':'"
        + BUNDLE
        + "','strategy':'rocoin','deadlineMs':500,'successProbability':0.9},'to':'"
        + "6".repeat(64)
        + "','rule':{'mode':'staged','attempt':1},'board':'"
        + board
        + "','frames':"
        + frames
        + ",'errors':"
        + errors
        + ",'reason':'"
        + reason
        + "'}";
  }

  Messages answers(String deployment, String frame, String label, double latencyMs) {
    return hear(
        "deployments/" + deployment + "/result/cam",
        "{'frame':'"
            + frame
            + "','source':'cam','status':'ok','label':'"
            + label
            + "','index':1,'confidence':0.934,'portions':{'have':2,'of':2},'epoch':1,"
            + "'latencyMs':"
            + latencyMs
            + "}");
  }

  Messages rejects(String deployment, String reason) {
    return hear(
        "deployments/" + deployment + "/result/cam",
        "{'frame':'x','source':'cam','status':'rejected','reason':'"
            + reason
            + "','portions':{'have':0,'of':2},'epoch':1,'latencyMs':0}");
  }

  /** A hub and three boards that answer frames of a deployment. */
  static Messages fleet() {
    return new Messages()
        .leads("hub")
        .joins("hub", true, true)
        .joins("a", false, true)
        .joins("b", false, true)
        .joins("c", false, true)
        .specs("porch")
        .plans("porch", 6, "'a','b'", "'c'", "")
        .reports("a", computes(12.345))
        .answers("porch", "f1", "cat", 9.5);
  }
}
