package io.coterie.browser;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/**
 * How busy a page keeps its main thread: processor time for each frame of the screen, so that other
 * programs on this machine do not count.
 */
final class MainThread {
  private final Page page;
  private final CDPSession session;
  private double busyMs;
  private String last = "";

  /** Begins to count. */
  MainThread(Page page) {
    this.page = page;
    session = page.context().newCDPSession(page);
    JsonObject threadTime = new JsonObject();
    threadTime.addProperty("timeDomain", "threadTicks");
    session.send("Performance.enable", threadTime);
    page.evaluate(
        "() => { window.frames_ = 0; const step = () => { frames_++; requestAnimationFrame(step); };"
            + " requestAnimationFrame(step); }");
    busyMs = busyMs();
  }

  /** Milliseconds of processor time for each frame since the last call. */
  double msPerFrame() {
    double nowMs = busyMs();
    double spentMs = nowMs - busyMs;
    busyMs = nowMs;
    int frames =
        ((Number) page.evaluate("() => { const n = frames_; frames_ = 0; return n; }")).intValue();
    last = spentMs + " ms in " + frames + " frames";
    return spentMs / Math.max(1, frames);
  }

  private double busyMs() {
    for (JsonElement metric : session.send("Performance.getMetrics").getAsJsonArray("metrics")) {
      if (metric.getAsJsonObject().get("name").getAsString().equals("TaskDuration")) {
        return 1e3 * metric.getAsJsonObject().get("value").getAsDouble();
      }
    }
    throw new IllegalStateException("the browser does not tell TaskDuration");
  }

  @Override
  public String toString() {
    return last;
  }
}
