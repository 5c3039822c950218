package io.coterie.client.doctor;

import io.coterie.client.discovery.HubAdvert;
import io.coterie.client.discovery.HubsNearby;
import io.coterie.protocol.bus.Login;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Which hubs say by mDNS that they are here, for whoever has a wrong address. */
public final class HubsSeen {
  private static final String CHECK = "mdns";

  private HubsSeen() {}

  /**
   * Looks for hubs for a few seconds.
   *
   * @param login the credential that is used; empty for none
   */
  public static List<Finding> look(Optional<Login> login) throws InterruptedException {
    try {
      return of(HubsNearby.look(), login.map(Login::ca).orElse(""));
    } catch (IOException e) {
      return List.of(
          Finding.warning(
              CHECK,
              "cannot look for hubs by mDNS: " + e.getMessage(),
              "let port 5353/udp through the firewall: sudo ufw allow 5353/udp"));
    }
  }

  /**
   * What is to be made of what was heard.
   *
   * @param ca of the hub that the credential is from; empty for none
   */
  static List<Finding> of(List<HubAdvert> adverts, String ca) {
    if (adverts.isEmpty()) {
      return List.of(
          Finding.warning(
              CHECK,
              "no hub is announced by mDNS on this machine's networks",
              "start one for other machines with 'coterie up --bind 0.0.0.0', in this network"));
    }
    return adverts.stream().map(advert -> seen(advert, ca)).toList();
  }

  private static Finding seen(HubAdvert advert, String ca) {
    String address = advert.addresses().get(0).toString();
    String what = "hub '" + advert.id() + "' is announced at " + address;
    if (!ca.isEmpty() && advert.ca().equals(ca)) {
      return Finding.warning(
          CHECK, what + ", the one that the credential is from", "say --broker " + address);
    }
    return Finding.warning(
        CHECK,
        what + (ca.isEmpty() ? "" : ", which is another than the credential is from"),
        "if it is the one, say --broker "
            + address
            + (advert.ca().isEmpty()
                ? ""
                : " with a credential from 'coterie credential add NAME --role viewer --out FILE'"
                    + " there"));
  }
}
