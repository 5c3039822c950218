package io.coterie.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.HttpCredentials;
import io.coterie.broker.access.CredentialStore;
import io.coterie.cli.BrokerOption;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of a hub that asks for TLS and credentials. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SecuredDashboardIT {
  private static final String SPEC =
      "{\"bundle\":\"%s\",\"strategy\":\"rocoin\",\"deadlineMs\":500,\"successProbability\":0.9}"
          .formatted("5".repeat(64));

  private final int port = BrowserFleet.freePort();
  private final int localPort = BrowserFleet.freePort();
  private final int securePort = BrowserFleet.freePort();
  private Chromium chromium;
  private Program hub;
  private MessageBus bus;
  private String viewer;
  private String operator;

  SecuredDashboardIT() throws Exception {}

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    var found = Chromium.start();
    Assumptions.assumeTrue(found.isPresent(), Chromium.MISSING);
    chromium = found.get();
    CredentialStore credentials = new CredentialStore(folder.resolve("hub").resolve("security"));
    viewer = credentials.add("wall", Role.VIEWER);
    operator = credentials.add("anna", Role.OPERATOR);
    hub = new Program(folder.resolve("hub.log"), arguments(folder.resolve("hub"))).start();
    hub.awaitListening(securePort);
    List<URI> brokers = List.of(URI.create("mqtt://127.0.0.1:" + port));
    bus = BrokerOption.connect(brokers, "test", 30_000, () -> "");
    retain("agents/kitchen/state", "{\"state\":\"online\",\"incarnation\":1}");
    retain("deployments/meter/spec", SPEC);
  }

  private List<String> arguments(Path state) {
    return List.of(
        "up",
        "--port",
        Integer.toString(port),
        "--tls-port",
        "0",
        "--http-port",
        Integer.toString(localPort),
        "--https-port",
        Integer.toString(securePort),
        "--state",
        state.toString());
  }

  private void retain(String topic, String payload) {
    bus.publish(Message.to("coterie/" + topic).payload(payload).qos(1).retained(true).build());
  }

  @AfterAll
  void stop() {
    if (bus != null) {
      bus.close();
    }
    if (hub != null) {
      hub.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  private String page() {
    return "https://127.0.0.1:" + securePort + "/";
  }

  /** Certificates are compared by what boards and users were told, which is not tested here. */
  private BrowserContext context(Browser.NewContextOptions options) {
    return chromium.browser().newContext(options.setIgnoreHTTPSErrors(true));
  }

  private Page logIn(String user, String password) {
    Page page = context(new Browser.NewContextOptions()).newPage();
    page.navigate(page());
    page.locator("dialog input[name=username]").fill(user);
    page.locator("dialog input[name=password]").fill(password);
    page.locator("dialog button.primary").click();
    return page;
  }

  private static void assertSees(Page page) {
    assertThat(page.locator(".tile[data-agent=kitchen]"))
        .hasAttribute("data-state", "online", new LocatorAssertions.HasAttributeOptions());
    assertThat(page.locator("#connection")).hasText("Connected");
  }

  private static void changeObjectives(Page page) {
    page.locator("#objectives").click();
    page.locator("dialog input[name=deadline]").fill("1500");
    page.locator("dialog button.primary").click();
  }

  @Test
  void refusesAWrongPassword() {
    Page page = logIn("wall", "guess");
    assertThat(page.locator("#connection")).containsText("user name or password is wrong");
    assertThat(page.locator("dialog")).isVisible();
    assertEquals(0, page.locator(".tile").count());
  }

  @Test
  void letsAViewerSeeAndNotChange() {
    Page page = logIn("wall", viewer);
    assertSees(page);
    changeObjectives(page);
    assertThat(page.locator("dialog [role=status]")).containsText("log in as an operator");
    assertThat(page.locator("#plan-content")).not().containsText("1500 ms");
  }

  @Test
  void letsAnOperatorChange() {
    Page page = logIn("anna", operator);
    assertSees(page);
    changeObjectives(page);
    assertThat(page.locator("dialog")).hasCount(0);
    assertThat(page.locator("#events")).containsText("has new objectives");
  }

  @Test
  void tellsMachinesNothingWithoutACredential() {
    BrowserContext stranger = context(new Browser.NewContextOptions());
    assertEquals(401, stranger.request().get(page() + "metrics").status());
    assertEquals(401, stranger.request().get(page() + "v2/models/meter/ready").status());
    APIResponse ready = stranger.request().get(page() + "v2/health/ready");
    assertEquals("{\"ready\":false,\"reasons\":[]}", ready.text());
    BrowserContext known =
        context(
            new Browser.NewContextOptions()
                .setHttpCredentials(new HttpCredentials("wall", viewer)));
    APIResponse metrics = known.request().get(page() + "metrics");
    assertEquals(200, metrics.status());
    assertTrue(metrics.text().contains("coterie_agent_up"), metrics.text());
  }

  @Test
  void letsPeopleOnTheHubItselfInWithoutAPassword() {
    Page page = context(new Browser.NewContextOptions()).newPage();
    page.navigate("http://127.0.0.1:" + localPort + "/");
    assertSees(page);
  }
}
