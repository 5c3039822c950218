package io.coterie.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.coterie.lab.processes.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The package's nodes in Node-RED's editor, where no broker listens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NodeRedEditorIT {
  /** A node of each type in the examples. */
  private static final Map<String, String> NODES =
      Map.of(
          "coterie-classify", "c1a551f900000003",
          "coterie-fleet", "f1ee700000000002",
          "coterie-deploy", "de91000000000004");

  private final List<String> errors = new ArrayList<>();
  private Chromium chromium;
  private NodeRed nodeRed;
  private Page page;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(NodeRed.npm().isPresent(), NodeRed.MISSING);
    var found = Chromium.start();
    Assumptions.assumeTrue(found.isPresent(), Chromium.MISSING);
    chromium = found.get();
    NodeRed.install(folder.resolve("ci.log"));
    nodeRed = new NodeRed(Files.createDirectory(folder.resolve("node-red")));
    ExampleFlows flows = new ExampleFlows(FreePorts.free());
    for (String example : List.of("classify", "fleet", "deploy", "plain-mqtt")) {
      flows.add(example, "porch");
    }
    nodeRed.deploy(flows.all());
    page = chromium.browser().newContext().newPage();
    page.onPageError(errors::add);
    page.navigate(nodeRed.page("/").toString());
  }

  @AfterAll
  void stop() {
    if (nodeRed != null) {
      nodeRed.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  @Test
  void showsNodesFormsAndHelpInWords() {
    for (String type : NODES.keySet()) {
      assertThat(page.locator(".red-ui-palette-node[data-palette-type='" + type + "']"))
          .hasCount(1);
      page.evaluate("id => RED.editor.edit(RED.nodes.node(id))", NODES.get(type));
      Locator form = page.locator("#dialog-form");
      assertThat(form.locator(".form-row").first()).isVisible();
      assertThat(form).containsText("Broker");
      assertFalse(form.innerText().contains("label."), form::innerText);
      page.locator("#node-dialog-cancel").click();
      assertThat(form).hasCount(0);
      page.evaluate("type => RED.sidebar.help.show(type)", type);
      assertThat(help("The user needs the role")).isVisible();
    }
    assertEquals(List.of(), errors);
  }

  private Locator help(String text) {
    return page.locator(".red-ui-help", new Page.LocatorOptions().setHasText(text)).last();
  }

  @Test
  void showsThatThereIsNoBroker() {
    page.evaluate("id => RED.view.reveal(id)", NODES.get("coterie-classify"));
    assertThat(
            page.locator("#" + NODES.get("coterie-classify") + " .red-ui-flow-node-status-label"))
        .containsText("no broker");
    Path picture = Path.of("target", "screenshots", "node-red.png");
    page.screenshot(new Page.ScreenshotOptions().setPath(picture));
  }
}
