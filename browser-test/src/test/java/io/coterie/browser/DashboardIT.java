package io.coterie.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import io.coterie.models.digits.MeterDigits;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in a real browser, beside a hub and six boards, in the order of a day's events. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DashboardIT {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  /** Of the camera's ten frames per second, as the page rounds them. */
  private static final Pattern RATE = Pattern.compile("(8|9|10|11|12)\\.\\d");

  private final List<String> errors = new ArrayList<>();
  private Chromium chromium;
  private BrowserFleet fleet;
  private Page page;
  private Path folder;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    var found = Chromium.start();
    Assumptions.assumeTrue(found.isPresent(), Chromium.MISSING);
    chromium = found.get();
    fleet = new BrowserFleet(folder, 6);
    page = open(1440, 1000, ColorScheme.LIGHT);
    page.onPageError(errors::add);
    page.onConsoleMessage(
        message -> {
          if (message.text().contains("Content Security Policy")) {
            errors.add(message.text());
          }
        });
    fleet.deploy();
  }

  private Page open(int width, int height, ColorScheme colours) {
    BrowserContext context =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, height)
                    .setColorScheme(colours));
    Page opened = context.newPage();
    opened.navigate(fleet.page());
    return opened;
  }

  @AfterAll
  void stop() {
    if (fleet != null) {
      fleet.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  private Locator tile(String board) {
    return page.locator(".tile[data-agent='" + board + "']");
  }

  private static LocatorAssertions.HasTextOptions within(double ms) {
    return new LocatorAssertions.HasTextOptions().setTimeout(ms);
  }

  @Test
  @Order(1)
  void showsBoardsGroupsAndLiveResults() {
    for (int i = 1; i <= 6; i++) {
      assertThat(tile("board-" + i))
          .hasAttribute(
              "data-state",
              "online",
              new LocatorAssertions.HasAttributeOptions().setTimeout(20_000));
    }
    assertThat(page.locator("#ready")).hasText("answering", within(20_000));
    Locator groups = page.locator(".lane", new Page.LocatorOptions().setHasText("partition "));
    assertTrue(groups.count() >= 2, "groups: " + groups.count());
    assertThat(groups.first().locator(".tile").first()).isVisible();
    assertThat(page.locator("#rate")).hasText(RATE, within(20_000));
    assertThat(page.locator("#latency-text")).containsText("median");
    assertThat(page.locator("#plan-content")).containsText("not K=");
  }

  @Test
  @Order(2)
  void showsAKilledBoardTheNewEpochAndUnbrokenResults() throws Exception {
    String lost = page.locator(".lane .tile").first().getAttribute("data-agent");
    String epoch = page.locator("#epoch").textContent();
    fleet.kill(lost);
    assertThat(tile(lost))
        .hasAttribute(
            "data-state", "offline", new LocatorAssertions.HasAttributeOptions().setTimeout(2_000));
    assertThat(page.locator("#epoch")).not().hasText(epoch, within(5_000));
    assertThat(page.locator("#events [data-kind=lost]").first()).containsText(lost);
    assertThat(page.locator("#events [data-kind=plan]").first())
        .containsText("after the loss of " + lost);
    assertThat(page.locator("#ready")).hasText("answering");
    assertEquals(Set.of(), fleet.unansweredAfter(20));
    assertThat(page.locator("#rate")).hasText(RATE);
    assertThat(page.locator("#outcome-text")).containsText("0 expired, 0 rejected");
    shoot(page, "kill.png");
  }

  @Test
  @Order(3)
  void answersADroppedPictureWithEachBoardsPart() throws IOException {
    MeterDigits.Sample sample = MeterDigits.generate(77, 3);
    drop("digit.png", "image/png", Digits.png(sample));
    assertThat(page.locator("#answer .label"))
        .hasText(Integer.toString(sample.label()), within(5_000));
    assertThat(page.locator("#answer .parts li").first()).containsText("partition 0");
    assertThat(page.locator("#answer .parts b").first()).containsText("board-");
  }

  private void drop(String name, String type, byte[] bytes) {
    page.setInputFiles("#picture", new FilePayload(name, type, bytes));
  }

  @Test
  @Order(4)
  void keepsPictures() {
    shoot(page, "light.png");
    page.locator(".tile").first().click();
    shoot(page, "board.png");
    page.keyboard().press("Escape");
    page.locator("#objectives").click();
    shoot(page, "objectives.png");
    page.keyboard().press("Escape");
    for (Page other :
        List.of(open(1440, 1000, ColorScheme.DARK), open(390, 844, ColorScheme.LIGHT))) {
      assertThat(other.locator("#ready")).hasText("answering", within(10_000));
      assertThat(other.locator("#rate")).hasText(RATE, within(10_000));
      shoot(other, other.viewportSize().width < 500 ? "phone.png" : "dark.png");
      other.context().close();
    }
  }

  private static void shoot(Page shown, String name) {
    shown.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name)).setFullPage(true));
  }

  @Test
  @Order(5)
  void satisfiesAxe() throws IOException {
    for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      Page shown = open(1440, 1000, colours);
      assertThat(shown.locator("#ready")).hasText("answering", within(10_000));
      assertNoSeriousViolation(shown);
      shown.locator(".tile").first().click();
      assertNoSeriousViolation(shown);
      shown.keyboard().press("Escape");
      shown.locator("#objectives").click();
      assertNoSeriousViolation(shown);
      shown.context().close();
    }
  }

  private static void assertNoSeriousViolation(Page shown) throws IOException {
    shown.evaluate(resource("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js"));
    Object found =
        shown.evaluate(
            "async () => (await axe.run()).violations"
                + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                + ".map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))");
    assertEquals(List.of(), found);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = DashboardIT.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  @Order(6)
  void keepsThePromisesOfItsLogic() throws IOException {
    assertEquals("", page.evaluate(resource("model-test.js")));
  }

  @Test
  @Order(7)
  void showsHostileTextAsText() {
    String hostile = "<img src=x onerror=\\\"document.title='owned'\\\"><script>alert(1)</script>";
    fleet.retain("agents/evil/state", "{\"state\":\"online\",\"incarnation\":1}");
    fleet.retain(
        "agents/evil/capability", "{\"incarnation\":1,\"hardware\":\"%s\"}".formatted(hostile));
    fleet.publish(
        "agents/evil/report",
        "{\"incarnation\":1,\"messages\":[\"%s\"],\"models\":[{\"student\":\"%s\"}]}"
            .formatted(hostile, hostile));
    assertThat(page.locator("#logs")).containsText("<img src=x onerror");
    tile("evil").click();
    assertThat(page.locator("dialog")).containsText("<script>alert(1)</script>");
    page.keyboard().press("Escape");
    assertThat(page).hasTitle("Coterie");
    assertEquals(0, page.locator("#lanes img, #logs img, #logs script").count());
    fleet.retain("agents/evil/capability", "");
    fleet.retain("agents/evil/state", "");
    assertThat(tile("evil")).hasCount(0);
  }

  @Test
  @Order(8)
  void scalesALargePhotoDownBeforeItIsSent() throws IOException {
    Path photo = folder.resolve("photo.bmp");
    ImageIO.write(
        new BufferedImage(3_000, 2_400, BufferedImage.TYPE_3BYTE_BGR), "bmp", photo.toFile());
    assertTrue(Files.size(photo) > 20_000_000, "bytes: " + Files.size(photo));
    page.setInputFiles("#picture", photo);
    assertThat(page.locator("#ask-status")).containsText("Answered", timeout(15_000));
    assertTrue(fleet.largestFrameBytes() < 400_000, "bytes: " + fleet.largestFrameBytes());
    drop("letter.txt", "text/plain", "no picture".getBytes(StandardCharsets.UTF_8));
    assertThat(page.locator("#ask-status")).containsText("letter.txt is no picture");
  }

  @Test
  @Order(9)
  void changesObjectives() {
    page.locator("#objectives").click();
    page.locator("dialog input[name=deadline]").fill("1500");
    page.locator("dialog button.primary").click();
    assertThat(page.locator("dialog")).hasCount(0);
    assertThat(page.locator("#plan-content .facts")).containsText("1500 ms");
    assertThat(page.locator("#events [data-kind=spec]").first()).containsText("has new objectives");
  }

  @Test
  @Order(10)
  void deploysABundleFromAFolder() {
    page.locator("#deploy").click();
    page.locator("dialog input[name=name]").fill("second");
    page.setInputFiles("dialog input[name=bundle]", Path.of("../models/zoo/meter-digits"));
    assertThat(page.locator("dialog input[name=loss]")).hasCount(0);
    page.locator("dialog select[name=strategy]").selectOption("mdi-exit");
    page.locator("dialog input[name=loss]").fill("2");
    page.locator("dialog select[name=admission]").selectOption("threshold");
    page.locator("dialog button.primary").click();
    assertThat(page.locator("dialog"))
        .hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(15_000));
    page.locator("#deployments [data-deployment=second]").click();
    assertThat(page.locator("#ready")).hasText("answering", within(15_000));
    assertThat(page.locator("#plan-content .facts")).containsText("mdi-exit");
    page.locator("#objectives").click();
    assertThat(page.locator("dialog input[name=loss]")).hasValue("2");
    assertThat(page.locator("dialog select[name=admission]")).hasValue("threshold");
    shoot(page, "rules.png");
    page.locator("dialog select[name=state]").selectOption("paused");
    page.locator("dialog button.primary").click();
    assertThat(page.locator("#plan-content")).containsText("paused");
    page.locator("#objectives").click();
    page.locator("dialog button.danger").click();
    page.locator("dialog button.danger").click();
    assertThat(page.locator("#deployments [data-deployment=second]")).hasCount(0);
  }

  @Test
  @Order(11)
  void staysResponsiveWithAThousandBoards() {
    MainThread thread = new MainThread(page);
    for (int i = 0; i < 1_000; i++) {
      fleet.retain("agents/crowd-" + i + "/state", "{\"state\":\"online\",\"incarnation\":1}");
    }
    assertThat(page.locator("#fleet-summary"))
        .hasText(Pattern.compile("100\\d of 100\\d online"), within(20_000));
    assertThat(tile("crowd-999")).hasCount(1);
    assertTrue(thread.msPerFrame() < 100, "a frame while they came: " + thread);
    for (int i = 0; i < 1_000; i++) {
      fleet.publish("agents/crowd-" + i + "/report", "{\"incarnation\":1,\"queued\":7}");
    }
    assertThat(tile("crowd-999")).containsText("queue 7", timeout(10_000));
    assertTrue(thread.msPerFrame() < 100, "a frame while they reported: " + thread);
    page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("crowd.png")));
  }

  @Test
  @Order(12)
  void saysThatTheBrokerIsGoneAndComesBack() throws IOException {
    fleet.killHub();
    assertThat(page.locator("#connection"))
        .containsText("No connection to the broker", timeout(5_000));
    assertThat(page.locator("#connection")).hasAttribute("data-state", "lost");
    fleet.startHub();
    assertThat(page.locator("#connection")).hasText("Connected", within(20_000));
    assertThat(page.locator("#ready")).hasText("answering", within(20_000));
    assertThat(tile("crowd-1"))
        .hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(8_000));
  }

  private static LocatorAssertions.ContainsTextOptions timeout(double ms) {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(ms);
  }

  @Test
  @Order(99)
  void hadNoErrors() {
    assertEquals(List.of(), errors);
  }
}
