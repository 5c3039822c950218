package io.coterie.orchestrator.web;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks who sends a request and whether it may read the answer. */
final class Visitor {
  /** How a browser on this machine names it. */
  private static final Pattern THIS_MACHINE =
      Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

  private static final String BASIC = "Basic ";

  private Visitor() {}

  /**
   * Whether the request names this machine as its host. Else it comes from another site's page,
   * whose name was made to point here (DNS rebinding), and that page would read the answer.
   */
  static boolean namesThisMachine(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    return host != null && THIS_MACHINE.matcher(host).matches();
  }

  /** Whether the visitor's user name and password let it read everything. */
  static boolean trusted(HttpExchange exchange, Optional<Access> access) {
    if (access.isEmpty()) {
      return true;
    }
    List<String> login = login(exchange.getRequestHeaders().getFirst("Authorization"));
    return login.size() == 2
        && access
            .get()
            .admits(exchange.getRemoteAddress().getAddress(), login.get(0), login.get(1));
  }

  /** User name and password (RFC 7617); empty where there are none. */
  static List<String> login(String authorization) {
    if (authorization == null || !authorization.startsWith(BASIC)) {
      return List.of();
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip());
      return List.of(new String(decoded, StandardCharsets.UTF_8).split(":", 2));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }
}
