// Wires the page together. Messages change the model at once; the screen follows once a frame.
import { Connection } from "./connection.js";
import { byId, make, say } from "./dom.js";
import { readiness, vitals } from "./figures.js";
import { count, milliseconds, NOTHING, percent } from "./format.js";
import { Model } from "./model.js";
import { AskView } from "./view/ask.js";
import { Charts } from "./view/charts.js";
import { eventRows, logRows } from "./view/events.js";
import { FleetView } from "./view/fleet.js";
import { openLogin } from "./view/login.js";
import { openDeploy, openObjectives } from "./view/objectives.js";
import { planContent } from "./view/plan.js";

const CHARTS_MS = 500;
const LOOK_MS = 2000;
const SOURCE = `page-${crypto.getRandomValues(new Uint32Array(1))[0].toString(16)}`;

class Page {
  constructor(settings) {
    this.settings = settings;
    this.model = new Model(settings.base);
    this.selected = null;
    this.fleet = new FleetView(byId("lanes"), byId("fleet-summary"), this.model);
    this.charts = new Charts(
      byId("latency-plot"),
      byId("outcome-plot"),
      byId("latency-text"),
      byId("outcome-text"),
    );
    const elements = {
      zone: byId("drop"),
      input: byId("picture"),
      status: byId("ask-status"),
      answer: byId("answer"),
    };
    this.ask = new AskView(elements, SOURCE, () => this.deployment(), (...frame) => this.send(...frame));
    this.drawAll = true;
    say(byId("login"), settings.login ? "Log in …" : "Broker …");
    byId("login").addEventListener("click", () => this.logIn("Connect to another broker, or as somebody else."));
    byId("deploy").addEventListener("click", () => openDeploy((...m) => this.retain(...m)));
    byId("objectives").addEventListener("click", () =>
      openObjectives(this.deployment(), (...m) => this.retain(...m)),
    );
    byId("log-agent").addEventListener("change", () => this.model.dirty.add("logs"));
    setInterval(() => this.drawCharts(), CHARTS_MS);
    const frame = () => {
      this.draw();
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  start() {
    this.address = addressOf(this.settings);
    if (this.settings.login) {
      this.logIn("This hub asks for a user name and a password. A viewer sees, an operator changes.");
    } else if (this.address === "") {
      this.logIn("This hub uses a broker elsewhere. Where does it take MQTT over WebSocket?");
    } else {
      this.connect(this.address, {});
    }
    setInterval(() => this.lookForTheHub(), LOOK_MS);
  }

  /** A hub that was started again may have its broker at another port. */
  async lookForTheHub() {
    if (byId("connection").dataset.state !== "lost" || this.address !== addressOf(this.settings)) {
      return;
    }
    const settings = await fetchSettings().catch(() => this.settings);
    if (addressOf(settings) !== this.address) {
      this.settings = settings;
      this.connect(addressOf(settings), this.login);
    }
  }

  logIn(why) {
    openLogin(this.address, why, (address, login) => this.connect(address, login));
  }

  connect(address, login) {
    this.connection?.end();
    this.address = address;
    this.login = login;
    this.say("connecting", `Connecting to ${address} …`);
    try {
      this.connection = new Connection(address, this.settings.base, login, {
        message: (topic, text, retained) => this.take(topic, text, retained),
        up: () => {
          this.model.beginHearing();
          this.say("connected", "Connected");
        },
        heard: () => this.model.forgetUnheard(Date.now()),
        down: () => this.say("lost", `No connection to the broker at ${address}. Trying again …`),
        refused: (reason) => {
          this.say("refused", `The broker refused this page: ${reason}.`);
          this.logIn(reason);
        },
      });
    } catch (error) {
      this.say("refused", `${address} is no address of a broker: ${error.message}`);
    }
  }

  say(state, text) {
    byId("connection").dataset.state = state;
    say(byId("connection"), text);
  }

  take(topic, text, retained) {
    this.model.take(topic, text, retained, Date.now());
    const asked = this.model.deployments.get(this.ask.waiting?.deployment);
    if (asked?.lastResult) {
      this.ask.heard(asked, asked.lastResult.source, asked.lastResult.value);
    }
  }

  retain(topic, payload) {
    return this.connection.publish(`${this.settings.base}/${topic}`, payload, { qos: 1, retain: true });
  }

  send(deployment, source, bytes, type, frame) {
    const topic = `${this.settings.base}/deployments/${deployment}/input/${source}`;
    const properties = { correlationData: new TextEncoder().encode(frame), contentType: type };
    return this.connection.publish(topic, bytes, { qos: 1, properties });
  }

  deployment() {
    return this.model.deployments.get(this.selected);
  }

  draw() {
    const { what, agents } = this.model.takeChanges();
    if (what.has("plans") || this.drawAll) {
      this.drawDeployments();
    }
    if (what.has("plans") || this.drawAll) {
      this.fleet.layout(this.deployment());
    } else if (what.has("fleet")) {
      this.fleet.changed(agents, this.deployment());
    } else {
      this.fleet.fill(this.deployment());
      if (agents.size > 0) {
        this.fleet.update(agents, this.deployment());
      }
    }
    if (what.has("events")) {
      byId("events").replaceChildren(...eventRows(this.model.events));
    }
    if (what.has("logs") || this.drawAll) {
      this.drawLogs();
    }
    if (what.has("vitals") || what.has("plans") || agents.size > 0 || this.drawAll) {
      this.drawReadiness();
    }
    this.drawAll = false;
  }

  drawDeployments() {
    const names = [...this.model.deployments.keys()].sort();
    if (!names.includes(this.selected)) {
      this.selected = names[0] ?? null;
    }
    const focused = document.activeElement?.dataset?.deployment;
    byId("deployments").replaceChildren(...names.map((name) => this.tab(name)));
    if (focused) {
      document.querySelector(`[data-deployment="${CSS.escape(focused)}"]`)?.focus();
    }
    byId("plan-content").replaceChildren(...planContent(this.deployment()));
    byId("objectives").disabled = !this.deployment()?.spec;
    this.drawCharts();
  }

  tab(name) {
    const tab = make(
      "button",
      { type: "button", "data-deployment": name, "aria-pressed": String(name === this.selected) },
      name,
    );
    tab.addEventListener("click", () => {
      this.selected = name;
      this.drawAll = true;
    });
    return tab;
  }

  drawLogs() {
    const choice = byId("log-agent");
    const ids = ["", ...new Set(this.model.logs.map((line) => line.agent))].sort();
    if (choice.options.length !== ids.length || ids.some((id, i) => choice.options[i].value !== id)) {
      const chosen = choice.value;
      choice.replaceChildren(
        ...ids.map((id) => make("option", { value: id }, id === "" ? "all boards" : id)),
      );
      choice.value = ids.includes(chosen) ? chosen : "";
    }
    byId("logs").replaceChildren(...logRows(this.model.logs, choice.value));
  }

  drawReadiness() {
    const deployment = this.deployment();
    const now = readiness(this.model, deployment);
    byId("ready").dataset.good = String(now.good);
    say(byId("ready"), now.word);
    say(byId("epoch"), deployment?.plan ? count(deployment.plan.epoch) : NOTHING);
    const leader = this.model.orchestrator;
    say(byId("leader"), leader ? `${leader.id}${leader.state === "online" ? "" : ` (${leader.state})`}` : NOTHING);
  }

  /** Twice a second: rates, latencies, charts and who answers first. */
  drawCharts() {
    const deployment = this.deployment();
    const nowMs = Date.now();
    if (!deployment) {
      ["rate", "answered", "p50", "p95"].forEach((id) => say(byId(id), NOTHING));
      return;
    }
    const { perSecond, answeredShare, p50, p95 } = vitals(deployment, nowMs);
    say(byId("rate"), perSecond === null ? NOTHING : perSecond.toFixed(1));
    say(byId("answered"), percent(answeredShare, 1));
    say(byId("p50"), milliseconds(p50));
    say(byId("p95"), milliseconds(p95));
    const marks = this.model.events.filter((e) => e.kind === "lost" || e.kind === "plan");
    this.charts.update(deployment.seconds.columns(nowMs), marks);
    this.fleet.update(deployment.firsts.keys(), deployment);
  }
}

async function fetchSettings() {
  const answer = await fetch("settings.json");
  if (!answer.ok) {
    throw new Error(`the hub answers ${answer.status}`);
  }
  return answer.json();
}

/** The broker's address, on the host that the page came from; empty where it is elsewhere. */
function addressOf({ webSocketPort, secure }) {
  const host = location.hostname;
  return webSocketPort === 0 ? "" : `${secure ? "wss" : "ws"}://${host}:${webSocketPort}/mqtt`;
}

async function begin() {
  new Page(await fetchSettings()).start();
}

begin().catch((error) => {
  byId("connection").dataset.state = "lost";
  say(byId("connection"), `The hub cannot be reached: ${error.message}. Load the page again.`);
});
