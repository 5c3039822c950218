package io.coterie.orchestrator.deployment;

import io.coterie.protocol.message.DeploymentSpec;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What users told this orchestrator while it led a broker of its own, and the leader at the usual
 * broker has to be told.
 *
 * @param before wanted when it began
 * @param wanted when it ended; nothing until then
 */
record SpecHandover(
    Stage stage,
    SortedMap<String, DeploymentSpec> before,
    SortedMap<String, DeploymentSpec> wanted) {
  static final SpecHandover NONE = new SpecHandover(Stage.NONE, new TreeMap<>(), new TreeMap<>());

  enum Stage {
    /** Nothing to tell. */
    NONE,
    /** Leads a broker of its own. */
    OUT,
    /** On the way back, or there and still collecting. */
    BACK
  }

  SpecHandover {
    before = Collections.unmodifiableSortedMap(new TreeMap<>(before));
    wanted = Collections.unmodifiableSortedMap(new TreeMap<>(wanted));
  }

  /** Goes out, or out again. */
  SpecHandover goOut(Map<String, DeploymentSpec> specs) {
    return stage == Stage.NONE
        ? new SpecHandover(Stage.OUT, new TreeMap<>(specs), new TreeMap<>())
        : new SpecHandover(Stage.OUT, before, new TreeMap<>());
  }

  /** Comes back with what is wanted now. */
  SpecHandover comeBack(Map<String, DeploymentSpec> specs) {
    return stage == Stage.OUT ? new SpecHandover(Stage.BACK, before, new TreeMap<>(specs)) : this;
  }

  /** Whether the usual broker is to be told of this deployment, where it has {@code there}. */
  boolean isNews(String name, DeploymentSpec there) {
    DeploymentSpec mine = wanted.get(name);
    return mine != null && !mine.equals(there) && (there == null || !mine.equals(before.get(name)));
  }

  /** Whether users ended the deployment meanwhile. */
  boolean wasEnded(String name) {
    return before.containsKey(name) && !wanted.containsKey(name);
  }
}
