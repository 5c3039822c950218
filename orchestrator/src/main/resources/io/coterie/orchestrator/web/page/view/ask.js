// A picture is dropped on the page, and the answer shows which boards gave it.
import { make, say } from "../dom.js";
import { milliseconds, percent } from "../format.js";
import { list } from "../model.js";
import { prepared } from "../pictures.js";

/** Beyond the deadline: the result itself may have been lost. */
const GRACE_MS = 2000;

export class AskView {
  /** ask(bytes, type, frame) publishes; deployment() is the one that is shown. */
  constructor(elements, source, deployment, ask) {
    Object.assign(this, elements, { source, deployment, ask });
    this.next = 1;
    this.waiting = null;
    this.input.addEventListener("change", () => {
      this.take(this.input.files[0]);
      this.input.value = "";
    });
    for (const [type, over] of [
      ["dragenter", true],
      ["dragover", true],
      ["dragleave", false],
      ["drop", false],
    ]) {
      document.addEventListener(type, (event) => {
        event.preventDefault();
        this.zone.classList.toggle("over", over);
      });
    }
    document.addEventListener("drop", (event) => this.take(event.dataTransfer?.files[0]));
  }

  async take(file) {
    if (!file) {
      return;
    }
    clearTimeout(this.timer);
    this.answer.replaceChildren();
    const deployment = this.deployment();
    if (!deployment?.spec) {
      say(this.status, "Nothing is deployed that could answer.");
      return;
    }
    say(this.status, "Reading the picture …");
    try {
      const picture = await prepared(file);
      const bytes = new Uint8Array(await picture.blob.arrayBuffer());
      const frame = `p${this.next++}`;
      this.waiting = { frame, deployment: deployment.name, since: performance.now(), picture };
      say(this.status, `Sent ${picture.width} × ${picture.height} pixels, ${Math.ceil(bytes.length / 1024)} kB …`);
      await this.ask(deployment.name, this.source, bytes, picture.blob.type, frame);
      const wait = Number(deployment.spec.deadlineMs) + GRACE_MS;
      this.timer = setTimeout(() => this.giveUp(frame, wait), wait);
    } catch (error) {
      this.waiting = null;
      say(this.status, error.message);
    }
  }

  giveUp(frame, waitedMs) {
    if (this.waiting?.frame === frame) {
      this.waiting = null;
      say(this.status, `No result within ${waitedMs} ms: is a plan complete?`);
    }
  }

  /** Every result passes by here. */
  heard(deployment, source, result) {
    const waiting = this.waiting;
    if (
      waiting === null ||
      source !== this.source ||
      deployment.name !== waiting.deployment ||
      result.frame !== waiting.frame
    ) {
      return;
    }
    this.waiting = null;
    clearTimeout(this.timer);
    const tookMs = performance.now() - waiting.since;
    say(this.status, result.reason ? `${result.status}: ${result.reason}` : `Answered after ${milliseconds(tookMs)}, of which ${milliseconds(result.latencyMs)} in the fleet.`);
    this.show(deployment, result, waiting.picture);
  }

  show(deployment, result, picture) {
    const image = make("img", { alt: "the picture that was asked about" });
    image.src = URL.createObjectURL(picture.blob);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    const label = result.label === undefined ? "no answer" : String(result.label);
    const words = make(
      "div",
      { class: "words" },
      make("p", { class: "label", "data-label": label }, label),
      make("p", { class: "outcome", "data-outcome": String(result.status) }, `${result.status}${result.exit ? `, exit ${result.exit}` : ""}, epoch ${result.epoch}`),
      this.top(result),
    );
    this.answer.replaceChildren(make("div", { class: "asked" }, image, words), this.parts(deployment, result));
  }

  top(result) {
    const rows = list(result.top).slice(0, 3).map((entry) => {
      const fill = make("span", { class: "fill" });
      fill.style.transform = `scaleX(${Math.max(0, Math.min(1, Number(entry.confidence)))})`;
      return make(
        "li",
        {},
        make("span", {}, String(entry.label)),
        make("span", { class: "bar", "aria-hidden": "true" }, fill),
        make("span", {}, percent(entry.confidence, 1)),
      );
    });
    return make("ol", { class: "ranking" }, ...rows);
  }

  parts(deployment, result) {
    const mdi = deployment.plan?.strategy === "mdi-exit";
    const rows = list(result.agents).map((agent, i) =>
      make(
        "li",
        {},
        make("span", {}, mdi ? `segment ${i + 1}` : `partition ${i}`),
        make("b", {}, agent === "" ? "missing: its mean stood in" : String(agent)),
      ),
    );
    return make("ul", { class: "parts", "aria-label": "Each board's part" }, ...rows);
  }
}
