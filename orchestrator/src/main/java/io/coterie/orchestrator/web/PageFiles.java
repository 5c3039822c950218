package io.coterie.orchestrator.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Pattern;

/** The page's own files, from the class path. */
final class PageFiles {
  private static final String FOLDER = "page/";

  /** No folder but one of libraries, no dots but those of extensions: nothing leads out. */
  private static final Pattern NAME =
      Pattern.compile("([a-z0-9]+/)*[A-Za-z0-9-]+(\\.[a-z0-9]+)*\\.[a-z]+");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "txt", "text/plain; charset=utf-8");

  private PageFiles() {}

  /** The file at a request's path. */
  static WebResponse answer(String path) {
    String name = path.equals("/") ? "index.html" : path.substring(1);
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null || !NAME.matcher(name).matches()) {
      return WebResponse.notFound(path);
    }
    try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
      return in == null
          ? WebResponse.notFound(path)
          : new WebResponse(WebResponse.OK, type, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
