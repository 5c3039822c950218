package io.coterie.orchestrator.web;

import io.coterie.protocol.json.Json;
import java.nio.charset.StandardCharsets;

/** What is sent back for one request. The body is not copied. */
record WebResponse(int status, String contentType, byte[] body) {
  static final int OK = 200;
  static final int UNAUTHORISED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int UNAVAILABLE = 503;

  static WebResponse json(int status, Object value) {
    return new WebResponse(status, "application/json", Json.bytes(value));
  }

  static WebResponse text(int status, String line) {
    byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
    return new WebResponse(status, "text/plain; charset=utf-8", body);
  }

  static WebResponse notFound(String path) {
    return text(NOT_FOUND, "nothing is at " + path.replaceAll("[^!-~]", "?"));
  }
}
