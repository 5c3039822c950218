package io.coterie.cli.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Outcome;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class ViewTest {
  private static List<String> events(Messages messages) {
    return messages.view.events().stream().map(FleetEvent::text).toList();
  }

  @Test
  void whatWasThereBeforeUsIsNoNews() {
    assertEquals(List.of("porch: epoch 6, because it was deployed"), events(Messages.fleet()));
    Messages kept = new Messages().joins("a", false, true);
    assertEquals(List.of(), events(kept));
    assertEquals(1, kept.view.observed().fleet().online().size());
  }

  @Test
  void theStagesOfARollOutAreEvents() {
    Messages messages = Messages.fleet();
    for (String rollout :
        List.of(
            Messages.rollout("canary", "b", 0, 0, ""),
            Messages.rollout("canary", "b", 10, 0, ""),
            Messages.rollout("rest", "b", 0, 0, ""),
            Messages.rollout("returned", "b", 9, 4, "4 errors"))) {
      messages.plans("porch", 6, "'a','b'", "'c'", rollout);
    }
    assertEquals(
        List.of(
            "porch: bundle 66666666 failed, the one before is back: 4 errors",
            "porch: all boards run bundle 66666666, watched: 0 frames, 0 errors",
            "porch: b tries bundle 66666666: 0 frames, 0 errors",
            "porch: epoch 6, because it was deployed"),
        events(messages));
  }

  @Test
  void aCrashItsWillAndTheNewEpochAreEvents() {
    Messages messages =
        Messages.fleet()
            .after(5)
            .state("a", "offline", false)
            .plans("porch", 7, "'b'", "'c'", "")
            .after(2)
            .joins("a", false, false);
    assertEquals(
        List.of(
            "a joined",
            "porch: epoch 7, because a board was lost",
            "a lost",
            "porch: epoch 6, because it was deployed"),
        events(messages));
    assertEquals(LocalTime.of(12, 0, 5), messages.view.events().get(2).at());
  }

  @Test
  void saysHowABoardWent() {
    Messages messages = Messages.fleet().state("a", "stopped", false).state("b", "draining", false);
    assertEquals(List.of("b drains", "a stopped"), events(messages).subList(0, 2));
    messages.after(30).view.passed(messages.now());
    assertTrue(events(messages).contains("c is silent"), events(messages).toString());
  }

  @Test
  void anEndedDeploymentIsGoneWithItsResults() {
    Messages messages = Messages.fleet();
    messages.hear("deployments/porch/spec", "").hear("deployments/porch/plan", "");
    assertEquals("porch: ended", events(messages).get(0));
    assertEquals(0, messages.view.traffic("porch").count(Outcome.OK));
  }

  @Test
  void followsWhoLeads() {
    Messages messages = Messages.fleet();
    assertEquals(Optional.of("hub"), messages.view.leader());
    messages.hear("orchestrator/state", "{'state':'offline','term':7,'id':'hub'}");
    assertEquals(Optional.empty(), messages.view.leader());
    messages.leads("attic");
    assertEquals(List.of("led by attic", "no hub leads"), events(messages).subList(0, 2));
  }

  @Test
  void passesOnWhatBoardsSay() {
    Messages messages = Messages.fleet().reports("a", ",'messages':['the disk is full']");
    assertEquals("a says: the disk is full", events(messages).get(0));
  }

  @Test
  void timeStandsStillWithoutAConnection() {
    Messages messages = Messages.fleet();
    long thenNs = messages.view.nowNs();
    messages.after(3).view.connected(false, messages.now());
    messages.after(60).view.passed(messages.now());
    messages.view.connected(false, messages.now());
    assertEquals(Optional.of(LocalTime.of(12, 0, 3)), messages.view.lostSince());
    assertEquals(thenNs + 3_000_000_000L, messages.view.nowNs());
    assertEquals(4, messages.view.observed().fleet().online().size());
    messages.view.connected(true, messages.now());
    assertEquals(Optional.empty(), messages.view.lostSince());
    messages.view.passed(messages.after(1).now());
    assertEquals(4, messages.view.observed().fleet().online().size(), "nobody could be heard");
    assertEquals(
        List.of("connected again", "no connection to the broker"), events(messages).subList(0, 2));
  }

  @Test
  void garbageIsCountedAndChangesNothing() {
    Messages messages = Messages.fleet();
    int before = events(messages).size();
    for (String topic :
        List.of(
            "agents/a/state",
            "agents/a/report",
            "deployments/porch/plan",
            "deployments/porch/result/cam",
            "orchestrator/state")) {
      messages.hear(topic, "{'state':7,[");
    }
    messages.answers("never-heard-of", "f", "cat", 1);
    assertEquals(before, events(messages).size());
    assertEquals(6, messages.view.observed().leftOut());
  }

  @Test
  void keepsABoundedPast() {
    Messages messages = Messages.fleet();
    for (int i = 0; i < 1_000; i++) {
      messages.answers("porch", "f" + i, "cat", i);
    }
    assertEquals(200, messages.view.answers().size());
    assertEquals("f999", messages.view.answers().get(0).result().frame());
    assertEquals(1_001, messages.view.traffic("porch").count(Outcome.OK));
  }

  @Test
  void countsRatesAndPercentilesOfTheLastWhile() {
    Messages messages = Messages.fleet().after(20);
    for (int i = 1; i <= 100; i++) {
      messages.answers("porch", "f" + i, "cat", i);
    }
    messages.rejects("porch", "no picture");
    Traffic traffic = messages.view.traffic("porch");
    assertEquals(10.1, traffic.perSecond(messages.view.nowNs()), 1e-9);
    assertEquals(OptionalDouble.of(50), traffic.latencyMs(0.5, messages.view.nowNs()));
    assertEquals(OptionalDouble.of(99), traffic.latencyMs(0.99, messages.view.nowNs()), "of 101");
    messages.after(61).view.passed(messages.now());
    assertEquals(0, traffic.perSecond(messages.view.nowNs()));
    assertEquals(OptionalDouble.empty(), traffic.latencyMs(0.5, messages.view.nowNs()));
  }
}
