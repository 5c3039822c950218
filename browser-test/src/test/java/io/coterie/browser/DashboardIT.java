package io.coterie.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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

  private final List<String> errors = new ArrayList<>();
  private Chromium chromium;
  private LiveFleet fleet;
  private Page page;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    var found = Chromium.start();
    Assumptions.assumeTrue(found.isPresent(), Chromium.MISSING);
    chromium = found.get();
    fleet = new LiveFleet(folder, 6);
    page = open(1440, 1000, ColorScheme.LIGHT);
    page.onPageError(errors::add);
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
    assertThat(page.locator("#rate")).hasText(Pattern.compile("(8|9|10|11)\\.\\d"), within(20_000));
    assertThat(page.locator("#latency-text")).containsText("median", null);
    assertThat(page.locator("#plan-content")).containsText("not K=");
  }
}
