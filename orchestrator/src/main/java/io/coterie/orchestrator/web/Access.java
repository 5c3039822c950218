package io.coterie.orchestrator.web;

import java.net.InetAddress;

/** Decides who may read more than the page itself. Asked on HTTP threads. */
@FunctionalInterface
public interface Access {
  /** Whether this user may read how the fleet does. */
  boolean admits(InetAddress address, String user, String password);
}
