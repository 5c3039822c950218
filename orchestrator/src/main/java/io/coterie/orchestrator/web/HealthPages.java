package io.coterie.orchestrator.web;

import io.coterie.client.fleet.Readiness;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Health as in the Open Inference Protocol (KServe, version 2), where a deployment is a model:
 * status 200 where it is well, else 503.
 */
final class HealthPages {
  /** The path prefix of all pages here. */
  static final String ROOT = "/v2/";

  private static final Pattern MODEL = Pattern.compile("/v2/models/([A-Za-z0-9._-]{1,64})/ready");

  private record Live(boolean live) {}

  private record Ready(boolean ready, List<String> reasons) {}

  private record ModelReady(String name, boolean ready, List<String> reasons) {}

  private final Supplier<Readiness> readiness;
  private final Function<String, Optional<Readiness>> ofModel;

  HealthPages(Supplier<Readiness> readiness, Function<String, Optional<Readiness>> ofModel) {
    this.readiness = readiness;
    this.ofModel = ofModel;
  }

  /**
   * Answers a request.
   *
   * @param trusted whether the visitor may know more than that something is wrong
   */
  WebResponse answer(String path, boolean trusted) {
    if (path.equals("/v2/health/live")) {
      return WebResponse.json(WebResponse.OK, new Live(true));
    }
    if (path.equals("/v2/health/ready")) {
      Readiness now = readiness.get();
      return WebResponse.json(status(now), new Ready(now.ready(), reasons(now, trusted)));
    }
    Matcher model = MODEL.matcher(path);
    if (!model.matches()) {
      return WebResponse.notFound(path);
    }
    if (!trusted) {
      return WebResponse.text(WebResponse.UNAUTHORISED, "log in as a viewer or an operator");
    }
    String name = model.group(1);
    return ofModel
        .apply(name)
        .map(now -> WebResponse.json(status(now), new ModelReady(name, now.ready(), now.reasons())))
        .orElseGet(
            () -> WebResponse.text(WebResponse.NOT_FOUND, "no deployment is called " + name));
  }

  private static List<String> reasons(Readiness now, boolean trusted) {
    return trusted ? now.reasons() : List.of();
  }

  private static int status(Readiness now) {
    return now.ready() ? WebResponse.OK : WebResponse.UNAVAILABLE;
  }
}
