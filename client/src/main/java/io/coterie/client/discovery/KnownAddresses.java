package io.coterie.client.discovery;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which addresses of its hub a board keeps, in the order in which it tries them. */
public final class KnownAddresses {
  /** A hub has three at most; the others are those that it had. */
  static final int MOST = 6;

  private KnownAddresses() {}

  /** After the hub answered at this address, which may be new. */
  public static List<URI> answered(URI address, List<URI> known) {
    return first(List.of(address), known);
  }

  /**
   * After a token was given to a board that has joined before: one that names something new is
   * newer than what the board knows, any other is the one that it joined with.
   */
  public static List<URI> told(List<URI> token, List<URI> known) {
    return known.containsAll(token) ? known : first(token, known);
  }

  /** All that announcements with this CA name, without those that are known, and not too many. */
  static List<URI> claimed(Collection<HubAdvert> adverts, String pin, List<URI> known) {
    return adverts.stream()
        .filter(advert -> advert.claims(pin))
        .flatMap(advert -> advert.addresses().stream())
        .filter(address -> !known.contains(address))
        .distinct()
        .limit(MOST)
        .toList();
  }

  private static List<URI> first(List<URI> these, List<URI> those) {
    Set<URI> all = new LinkedHashSet<>(these);
    all.addAll(those);
    return capped(new ArrayList<>(all));
  }

  private static List<URI> capped(List<URI> all) {
    return List.copyOf(all.subList(0, Math.min(MOST, all.size())));
  }
}
