package io.coterie.orchestrator.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.FleetOnTheWire;
import io.coterie.orchestrator.metrics.FleetObserver;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class WebServerTest {
  private static final PageSettings SETTINGS = new PageSettings("coterie", 9001, false, false);

  private final SimulatedBroker broker = new SimulatedBroker();
  private final HttpClient http = HttpClient.newHttpClient();
  private final FleetOnTheWire wire = new FleetOnTheWire(broker);
  private final FleetObserver observer =
      new FleetObserver(
          new Topics("coterie"), broker.client(), () -> true, broker.loop(), () -> {});
  private WebServer web;

  @BeforeEach
  void start() throws IOException {
    web = WebServer.start(WebOptions.plain("127.0.0.1", 0), observer, SETTINGS);
    observer.start();
    wire.start();
  }

  @AfterEach
  void stop() {
    web.close();
    observer.close();
    wire.close();
  }

  private void state(String agent, Availability state) {
    wire.state(agent, state);
  }

  private void deploy() {
    wire.deploy();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(web.address().resolve(path)).build());
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofString());
  }

  @Test
  void isLiveBeforeItIsReady() throws Exception {
    assertEquals(200, get("/v2/health/live").statusCode());
    HttpResponse<String> ready = get("/v2/health/ready");
    assertEquals(503, ready.statusCode());
    assertEquals("{\"ready\":false,\"reasons\":[\"nothing is deployed\"]}", ready.body());
    assertEquals(404, get("/v2/models/meter/ready").statusCode());
  }

  @Test
  void isReadyUntilTheLastReplicaOfAGroupDiesAndAgainWhenItIsBack() throws Exception {
    deploy();
    assertEquals(200, get("/v2/health/ready").statusCode());
    assertEquals(
        "{\"name\":\"meter\",\"ready\":true,\"reasons\":[]}", get("/v2/models/meter/ready").body());
    state("c", Availability.OFFLINE);
    assertEquals(503, get("/v2/health/ready").statusCode());
    assertEquals(503, get("/v2/models/meter/ready").statusCode());
    state("c", Availability.ONLINE);
    assertEquals(200, get("/v2/health/ready").statusCode());
  }

  @Test
  void countsResultsPlansAndAgents() throws Exception {
    wire.everything();
    String metrics = get("/metrics").body();
    assertHas("coterie_frames_total{deployment=\"meter\",outcome=\"ok\"} 1.0", metrics);
    assertHas("coterie_frames_total{deployment=\"meter\",outcome=\"expired\"} 0.0", metrics);
    assertHas("coterie_exits_total{deployment=\"meter\",exit=\"2\"} 1.0", metrics);
    assertHas(
        "coterie_result_latency_seconds_bucket{deployment=\"meter\",le=\"0.025\"} 1", metrics);
    assertHas("coterie_replans_total{cause=\"agent_joined\"} 1.0", metrics);
    assertHas("coterie_plan_epoch{deployment=\"meter\"} 8.0", metrics);
    assertHas("coterie_agent_up{agent=\"a\"} 1.0", metrics);
    assertHas("coterie_group_replicas{deployment=\"meter\",partition=\"0\"} 2.0", metrics);
    assertHas("coterie_queue_depth{agent=\"a\"} 4.0", metrics);
    assertHas("coterie_inference_seconds_count{agent=\"a\",model=\"wrn-10-1\"} 1000", metrics);
    assertHas("coterie_inference_seconds_sum{agent=\"a\",model=\"wrn-10-1\"} 3.3", metrics);
    assertHas("coterie_ignored_messages_total 1.0", metrics);
  }

  private static void assertHas(String line, String metrics) {
    assertTrue(metrics.contains(line), () -> line + " is not in\n" + metrics);
  }

  @Test
  @Tag("process")
  void satisfiesPromtool() throws Exception {
    Optional<Path> promtool =
        Stream.of("/usr/bin/promtool", "/usr/local/bin/promtool")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        promtool.isPresent(), "promtool is not installed (it is in Debian's package prometheus)");
    countsResultsPlansAndAgents();
    Process check =
        new ProcessBuilder(promtool.get().toString(), "check", "metrics")
            .redirectErrorStream(true)
            .start();
    check.getOutputStream().write(get("/metrics").body().getBytes(StandardCharsets.UTF_8));
    check.getOutputStream().close();
    String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(check.waitFor(10, TimeUnit.SECONDS));
    assertEquals(0, check.exitValue(), output);
  }

  @Test
  void refusesToAnswerUnderAnotherSitesName() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), web.address().getPort())) {
      String request = "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      assertTrue(new String(answer, StandardCharsets.UTF_8).startsWith("HTTP/1.1 403 "));
    }
  }

  @Test
  void onlyAnswersReads() throws Exception {
    HttpRequest post =
        HttpRequest.newBuilder(web.address())
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertEquals(405, send(post).statusCode());
    HttpRequest head =
        HttpRequest.newBuilder(web.address().resolve("/v2/health/live"))
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();
    assertEquals("", send(head).body());
  }

  @Test
  void servesItsOwnFilesOnly() throws Exception {
    HttpResponse<String> page = get("/");
    assertEquals(200, page.statusCode());
    assertTrue(page.headers().firstValue("Content-Security-Policy").orElse("").contains("'self'"));
    assertEquals(404, get("/WebServer.class").statusCode());
    assertEquals(404, get("/%2e%2e/WebServer.class").statusCode());
    assertEquals(404, get("/lib//index.html").statusCode());
    assertEquals(
        "{\"base\":\"coterie\",\"webSocketPort\":9001,\"secure\":false,\"login\":false}",
        get("/settings.json").body());
  }

  @Test
  void showsStrangersThePageButNotTheFleet() throws Exception {
    deploy();
    Access access = (address, user, password) -> user.equals("eve") && password.equals("a:b");
    WebOptions options = new WebOptions("127.0.0.1", 0, Optional.empty(), Optional.of(access));
    try (WebServer guarded = WebServer.start(options, observer, SETTINGS)) {
      HttpRequest.Builder metrics = HttpRequest.newBuilder(guarded.address().resolve("/metrics"));
      HttpResponse<String> refused = send(metrics.build());
      assertEquals(401, refused.statusCode());
      assertFalse(refused.body().contains("coterie_"));
      assertEquals(401, send(metrics.header("Authorization", "Basic ???").build()).statusCode());
      String login = Base64.getEncoder().encodeToString("eve:a:b".getBytes(StandardCharsets.UTF_8));
      metrics.setHeader("Authorization", "Basic " + login);
      assertEquals(200, send(metrics.build()).statusCode());
      URI model = guarded.address().resolve("/v2/models/meter/ready");
      assertEquals(401, send(HttpRequest.newBuilder(model).build()).statusCode());
    }
  }

  @Test
  void isNotReadyWhileItStandsBy() throws Exception {
    deploy();
    try (FleetObserver standby =
            new FleetObserver(
                new Topics("coterie"), broker.client(), () -> false, broker.loop(), () -> {});
        WebServer other = WebServer.start(WebOptions.plain("127.0.0.1", 0), standby, SETTINGS)) {
      standby.start();
      broker.deliverAll();
      URI ready = other.address().resolve("/v2/health/ready");
      HttpResponse<String> answer = send(HttpRequest.newBuilder(ready).build());
      assertEquals(503, answer.statusCode());
      assertEquals("{\"ready\":false,\"reasons\":[\"stands by for another hub\"]}", answer.body());
    }
  }
}
