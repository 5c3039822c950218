package io.coterie.protocol.topic;

/**
 * Every topic there is, below the base. {@code {agent}}, {@code {deployment}} and so on are names:
 * 1 to 64 letters, digits, {@code .}, {@code _} and {@code -}.
 */
public enum Topic {
  AGENT_STATE("agents/{agent}/state"),
  AGENT_CAPABILITY("agents/{agent}/capability"),
  AGENT_ASSIGNMENT("agents/{agent}/assignment"),
  AGENT_REPORT("agents/{agent}/report"),
  AGENT_REQUEST("agents/{agent}/request"),
  AGENT_INBOX("agents/{agent}/inbox"),
  AGENT_LOAD("agents/{agent}/load"),
  DEPLOYMENT_SPEC("deployments/{deployment}/spec"),
  DEPLOYMENT_PLAN("deployments/{deployment}/plan"),
  DEPLOYMENT_SETTING("deployments/{deployment}/set/{setting}"),
  INPUT("deployments/{deployment}/input/{source}"),
  PORTION("deployments/{deployment}/portions/{partition}"),
  CONTROL("deployments/{deployment}/control"),
  RESULT("deployments/{deployment}/result/{source}"),
  MODEL("models/{sha256}"),
  ORCHESTRATOR_STATE("orchestrator/state");

  private final String pattern;

  Topic(String pattern) {
    this.pattern = pattern;
  }

  /** The topic below the base, with its names in braces. */
  public String pattern() {
    return pattern;
  }
}
