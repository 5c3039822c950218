package io.coterie.orchestrator.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.coterie.orchestrator.metrics.FleetObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP listener: the dashboard's page, health and metrics. Answers GET and HEAD only.
 *
 * <p>Thread-safe.
 */
public final class WebServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WebServer.class);

  private static final int MOST_THREADS = 16;
  private static final String SETTINGS = "/settings.json";
  private static final String METRICS = "/metrics";

  /** Scripts and styles are our own; the page talks to the broker, and shows pictures it holds. */
  private static final String CONTENT_POLICY =
      "default-src 'self'; worker-src 'self' blob:; connect-src 'self' ws: wss:; img-src 'self' blob:; object-src 'none';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final WebOptions options;
  private final FleetObserver observer;
  private final PageSettings settings;
  private final HealthPages health;
  private final HttpServer server;
  private final ExecutorService threads;

  private WebServer(WebOptions options, FleetObserver observer, PageSettings settings)
      throws IOException {
    this.options = options;
    this.observer = observer;
    this.settings = settings;
    health = new HealthPages(observer::readiness, observer::readiness);
    server = listen(options);
    threads =
        new ThreadPoolExecutor(
            0,
            MOST_THREADS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            WebServer::thread,
            new ThreadPoolExecutor.CallerRunsPolicy());
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /**
   * Starts listening.
   *
   * @throws BindException if the port is taken, or the address is none of this machine
   */
  public static WebServer start(WebOptions options, FleetObserver observer, PageSettings settings)
      throws IOException {
    // The JDK's server otherwise waits for ever for who sends slowly.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "60");
    System.setProperty("jdk.httpserver.maxConnections", "256");
    System.setProperty("sun.net.httpserver.nodelay", "true");
    WebServer web = new WebServer(options, observer, settings);
    web.server.start();
    log.info("web started: address={}", web.address());
    return web;
  }

  private static HttpServer listen(WebOptions options) throws IOException {
    InetSocketAddress address = new InetSocketAddress(options.bindAddress(), options.port());
    if (options.tls().isEmpty()) {
      return HttpServer.create(address, 0);
    }
    HttpsServer https = HttpsServer.create(address, 0);
    https.setHttpsConfigurator(new HttpsConfigurator(options.tls().get()));
    return https;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "web");
    thread.setDaemon(true);
    return thread;
  }

  /** Where a browser on this machine finds it. */
  public URI address() {
    String bind = options.bindAddress();
    boolean any = bind.equals("0.0.0.0") || bind.equals("::");
    String host = any ? "127.0.0.1" : bind.contains(":") ? "[" + bind + "]" : bind;
    String scheme = options.tls().isPresent() ? "https" : "http";
    return URI.create(scheme + "://" + host + ":" + server.getAddress().getPort() + "/");
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      send(exchange, answer(exchange));
    } catch (IOException e) {
      log.debug("not sent: path={} reason={}", exchange.getRequestURI(), e.getMessage());
    } catch (RuntimeException e) {
      log.error("request failed: path={}", exchange.getRequestURI(), e);
    }
  }

  private WebResponse answer(HttpExchange exchange) throws IOException {
    if (!Set.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
      return WebResponse.text(WebResponse.METHOD_NOT_ALLOWED, "only GET and HEAD");
    }
    if (options.loopback() && !Visitor.namesThisMachine(exchange)) {
      return WebResponse.text(
          WebResponse.FORBIDDEN, "this hub answers as localhost or 127.0.0.1 only: use that name");
    }
    String path = exchange.getRequestURI().getPath();
    if (path.equals(SETTINGS)) {
      return WebResponse.json(WebResponse.OK, settings);
    }
    if (path.startsWith(HealthPages.ROOT)) {
      return health.answer(path, Visitor.trusted(exchange, options.access()));
    }
    if (!path.equals(METRICS)) {
      return PageFiles.answer(path);
    }
    return Visitor.trusted(exchange, options.access())
        ? metrics()
        : WebResponse.text(WebResponse.UNAUTHORISED, "log in as a viewer or an operator");
  }

  private WebResponse metrics() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    observer.writeMetrics(out);
    return new WebResponse(WebResponse.OK, FleetObserver.METRICS_TYPE, out.toByteArray());
  }

  private static void send(HttpExchange exchange, WebResponse response) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", response.contentType());
    headers.set("Content-Security-Policy", CONTENT_POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-cache");
    if (response.status() == WebResponse.UNAUTHORISED) {
      headers.set("WWW-Authenticate", "Basic realm=\"coterie\", charset=\"UTF-8\"");
    } else if (response.status() == WebResponse.METHOD_NOT_ALLOWED) {
      headers.set("Allow", "GET, HEAD");
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      headers.set("Content-Length", Integer.toString(response.body().length));
    }
    exchange.sendResponseHeaders(response.status(), head ? -1 : response.body().length);
    if (!head) {
      exchange.getResponseBody().write(response.body());
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
