package io.coterie.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.topic.Topics;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RetainedDeploymentsTest {
  private static final Topics TOPICS = new Topics("coterie");
  private static final String FUSES_PORCH =
      "{\"term\":1,\"epoch\":2,\"fusers\":[{\"deployment\":\"porch\",\"bundle\":\""
          + "a".repeat(64)
          + "\",\"k\":1,\"covered\":[0],\"deadlineMs\":500,\"acceptFrom\":1}]}";

  private static final String ONLINE = "{\"state\":\"online\",\"incarnation\":1}";

  private final RetainedDeployments retained = new RetainedDeployments();

  private void heard(String topic, String payload) throws JsonException {
    Message message = Message.to("coterie/" + topic).payload(payload).retained(true).build();
    retained.heard(TOPICS.parse(message.topic()).orElseThrow(), message);
  }

  @Test
  void isGoneWhenSpecPlanAndRolesAre() throws Exception {
    assertTrue(retained.isGone("porch"));
    heard("deployments/porch/spec", "{}");
    heard("deployments/porch/plan", "{}");
    heard("deployments/yard/plan", "{}");
    heard("agents/hub/state", ONLINE);
    heard("agents/hub/assignment", FUSES_PORCH);
    assertEquals(Set.of("porch", "yard"), retained.deployments());
    assertEquals(Set.of("hub"), retained.agents("porch"));
    heard("deployments/porch/spec", "");
    assertFalse(retained.isWanted("porch"));
    heard("deployments/porch/plan", "");
    assertFalse(retained.isGone("porch"), "the hub's agent still fuses");
    heard("agents/hub/assignment", "{\"term\":1,\"epoch\":3}");
    assertTrue(retained.isGone("porch"));
  }

  @Test
  void boardsThatAreAwayDoNotCount() throws Exception {
    heard("agents/hub/assignment", FUSES_PORCH);
    assertTrue(retained.isGone("porch"));
    heard("agents/hub/state", ONLINE.replace("online", "draining"));
    assertFalse(retained.isGone("porch"));
    heard("agents/hub/state", ONLINE.replace("online", "offline"));
    assertTrue(retained.isGone("porch"));
  }

  @Test
  void anAssignmentThatCannotBeReadIsNone() throws Exception {
    heard("agents/hub/state", ONLINE);
    heard("agents/hub/assignment", FUSES_PORCH);
    assertThrows(JsonException.class, () -> heard("agents/hub/assignment", "{\"term\":"));
    assertTrue(retained.isGone("porch"));
  }
}
