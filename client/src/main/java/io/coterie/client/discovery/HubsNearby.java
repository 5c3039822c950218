package io.coterie.client.discovery;

import java.io.IOException;
import java.util.List;

/** Hubs that are announced on this machine's networks. */
public final class HubsNearby {
  private HubsNearby() {}

  /**
   * Listens for some seconds.
   *
   * @return who was heard; nobody where there is no network
   * @throws IOException if one cannot listen; the message says why
   */
  public static List<HubAdvert> look() throws IOException, InterruptedException {
    List<Link> links = Link.all().stream().filter(Link::leadsToOthers).toList();
    return links.isEmpty() ? List.of() : Mdns.look(links);
  }
}
