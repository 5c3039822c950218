package io.coterie.hub.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.access.Permissions;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.topic.Topics;
import org.junit.jupiter.api.Test;

final class EmqxAclTest {
  private static String acl(Role role) {
    return EmqxAcl.of(new Permissions(new Topics("coterie"), role, "kitchen"));
  }

  @Test
  void spellsAPublishersRights() {
    assertEquals(
        """
        %% publisher
        {allow, {username, "kitchen"}, publish, [
          "coterie/deployments/+/input/+"
        ]}.
        {allow, {username, "kitchen"}, subscribe, [
          "coterie/deployments/+/result/+",
          "coterie-reply/kitchen/#"
        ]}.

        """,
        acl(Role.PUBLISHER));
  }

  @Test
  void whoPublishesNothingHasNoLineForIt() {
    assertEquals(1, acl(Role.VIEWER).lines().filter(line -> line.startsWith("{allow")).count());
  }
}
