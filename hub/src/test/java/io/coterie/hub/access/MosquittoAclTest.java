package io.coterie.hub.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.access.Permissions;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.topic.Topics;
import org.junit.jupiter.api.Test;

final class MosquittoAclTest {
  private static String acl(Role role) {
    return MosquittoAcl.of(new Permissions(new Topics("coterie"), role, "kitchen"));
  }

  @Test
  void spellsABoardsRights() {
    assertEquals(
        """
        # agent
        user kitchen
        topic readwrite coterie/agents/kitchen/state
        topic write coterie/agents/kitchen/capability
        topic write coterie/agents/kitchen/report
        topic write coterie/agents/kitchen/load
        topic write coterie/agents/+/inbox
        topic readwrite coterie/deployments/+/portions/+
        topic readwrite coterie/deployments/+/control
        topic readwrite coterie/deployments/+/result/+
        topic write coterie/deployments/+/input/kitchen
        topic write coterie-reply/#
        topic read coterie/agents/kitchen/assignment
        topic read coterie/agents/kitchen/request
        topic read coterie/agents/kitchen/inbox
        topic read coterie/agents/+/load
        topic read coterie/deployments/+/input/+
        topic read coterie/models/+
        topic read coterie-reply/kitchen/#

        """,
        acl(Role.AGENT));
  }

  @Test
  void spellsAPublishersRights() {
    assertEquals(
        """
        # publisher
        user kitchen
        topic write coterie/deployments/+/input/+
        topic read coterie/deployments/+/result/+
        topic read coterie-reply/kitchen/#

        """,
        acl(Role.PUBLISHER));
  }
}
