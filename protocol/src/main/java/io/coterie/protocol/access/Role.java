package io.coterie.protocol.access;

import static io.coterie.protocol.access.Grant.any;
import static io.coterie.protocol.access.Grant.own;
import static io.coterie.protocol.access.Grant.ownSource;

import io.coterie.protocol.topic.HomeAssistant;
import io.coterie.protocol.topic.Topic;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a user name is for, with the topics it may use: the one table that the embedded broker, the
 * access list for other brokers and the documentation follow.
 */
public enum Role {
  /** A board: its user name is the agent's name. */
  AGENT(
      List.of(
          own(Topic.AGENT_STATE),
          own(Topic.AGENT_CAPABILITY),
          own(Topic.AGENT_REPORT),
          own(Topic.AGENT_LOAD),
          any(Topic.AGENT_INBOX),
          any(Topic.PORTION),
          any(Topic.CONTROL),
          any(Topic.RESULT),
          ownSource(Topic.INPUT)),
      List.of(
          own(Topic.AGENT_STATE),
          own(Topic.AGENT_ASSIGNMENT),
          own(Topic.AGENT_REQUEST),
          own(Topic.AGENT_INBOX),
          any(Topic.AGENT_LOAD),
          any(Topic.INPUT),
          any(Topic.PORTION),
          any(Topic.CONTROL),
          any(Topic.RESULT),
          any(Topic.MODEL))),

  /** A camera or a flow: frames in, results out. */
  PUBLISHER(List.of(any(Topic.INPUT)), List.of(any(Topic.RESULT))),

  /** A dashboard: sees, and changes nothing. */
  VIEWER(
      List.of(),
      List.of(
          any(Topic.AGENT_STATE),
          any(Topic.AGENT_CAPABILITY),
          any(Topic.AGENT_REPORT),
          any(Topic.AGENT_LOAD),
          any(Topic.DEPLOYMENT_SPEC),
          any(Topic.DEPLOYMENT_PLAN),
          any(Topic.CONTROL),
          any(Topic.RESULT),
          any(Topic.ORCHESTRATOR_STATE))),

  /** Home Assistant: sees frames and results too, and sets what it was told that it may. */
  HOME(
      List.of(any(Topic.DEPLOYMENT_SETTING), any(Topic.AGENT_REQUEST)),
      List.of(
          any(Topic.AGENT_STATE),
          any(Topic.AGENT_REPORT),
          any(Topic.DEPLOYMENT_SPEC),
          any(Topic.DEPLOYMENT_PLAN),
          any(Topic.INPUT),
          any(Topic.RESULT),
          any(Topic.ORCHESTRATOR_STATE))),

  /** Who deploys, from another machine: {@code coterie deploy}, {@code send}, {@code watch}. */
  OPERATOR(
      List.of(
          any(Topic.DEPLOYMENT_SPEC), any(Topic.MODEL), any(Topic.INPUT), any(Topic.AGENT_REQUEST)),
      everyTopic()),

  /** The hub itself, on a broker that is not its own. */
  HUB(everyTopic(), everyTopic());

  @SuppressWarnings("ImmutableEnumChecker") // Unmodifiable, and so is what is in it.
  private final List<Grant> publishes;

  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Grant> subscribes;

  Role(List<Grant> publishes, List<Grant> subscribes) {
    this.publishes = publishes;
    this.subscribes = subscribes;
  }

  private static List<Grant> everyTopic() {
    return Arrays.stream(Topic.values()).map(Grant::any).toList();
  }

  /** The topics it may publish to. */
  public List<Grant> publishes() {
    return publishes;
  }

  /** The topics it may subscribe to. */
  public List<Grant> subscribes() {
    return subscribes;
  }

  /** Whether it answers frames, also on the topics that their publishers named. */
  public boolean answers() {
    return this == AGENT || this == HUB;
  }

  /** Filters of the topics of Home Assistant's discovery that it may publish to. */
  List<String> publishesAtHome() {
    return switch (this) {
      case HUB -> List.of(HomeAssistant.DEVICES);
      // Whoever deletes a device there takes its announcement back.
      case HOME -> List.of(HomeAssistant.STATUS, HomeAssistant.DEVICES);
      case AGENT, PUBLISHER, VIEWER, OPERATOR -> List.of();
    };
  }

  /** Filters of the topics of Home Assistant's discovery that it may subscribe to. */
  List<String> subscribesAtHome() {
    return switch (this) {
      case HUB -> List.of(HomeAssistant.STATUS, HomeAssistant.DEVICES);
      case HOME -> List.of(HomeAssistant.ALL);
      case AGENT, PUBLISHER, VIEWER, OPERATOR -> List.of();
    };
  }

  /** As in files and on command lines. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a role.
   *
   * @throws IllegalArgumentException naming what there is
   */
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.text().equals(text)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "unknown role (there are "
            + Arrays.stream(values()).map(Role::text).collect(Collectors.joining(", "))
            + "): "
            + text);
  }
}
