package io.coterie.broker.guard;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a web page may open a WebSocket here. Browsers let every page do so, and whoever is on
 * this machine needs no password: so a page that somebody looks at while it is open in a browser
 * next to the hub could command the fleet. Browsers say where a page is from (RFC 6455, section
 * 10.2), and pages cannot change that.
 */
final class Origin {
  private static final Pattern THIS_MACHINE =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

  private Origin() {}

  /**
   * The reason to refuse, if there is one.
   *
   * @param origin header {@code Origin}; null where it is absent, as from what is no browser
   * @param host header {@code Host}; null where it is absent
   * @param local whether the listener is on the loopback interface, where other names than this
   *     machine's were made to point here
   */
  static Optional<String> refuse(String origin, String host, boolean local) {
    if (origin == null) {
      return Optional.empty();
    }
    String asked = nameOf("http://" + host);
    if (local && !THIS_MACHINE.matcher(asked).matches()) {
      return Optional.of("not a name of this machine: host=" + host);
    }
    String from = nameOf(origin);
    boolean bothHere =
        THIS_MACHINE.matcher(from).matches() && THIS_MACHINE.matcher(asked).matches();
    return !from.isEmpty() && (from.equals(asked) || bothHere)
        ? Optional.empty()
        : Optional.of("a page from elsewhere: origin=" + origin);
  }

  private static String nameOf(String address) {
    try {
      String name = URI.create(address).getHost();
      return name == null ? "" : name.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
