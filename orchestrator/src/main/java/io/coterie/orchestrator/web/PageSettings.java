package io.coterie.orchestrator.web;

import io.coterie.protocol.topic.Topics;

/**
 * What the page has to know to reach the broker.
 *
 * @param base first level of every topic
 * @param webSocketPort of the broker, on the host that the page came from; 0 where the page has to
 *     ask for an address
 * @param secure whether that port takes TLS
 * @param login whether it wants a user name and password
 */
public record PageSettings(String base, int webSocketPort, boolean secure, boolean login) {
  public PageSettings {
    base = new Topics(base).base();
    if (webSocketPort < 0 || webSocketPort > 65_535) {
      throw new IllegalArgumentException("must be 0 to 65535: webSocketPort=" + webSocketPort);
    }
  }
}
