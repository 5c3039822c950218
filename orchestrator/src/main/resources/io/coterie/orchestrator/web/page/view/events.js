// What happened, newest first; and what boards say.
import { make } from "../dom.js";
import { clock } from "../format.js";

const SHOWN = 60;

function eventRow(event) {
  const subject = event.agent ?? event.deployment;
  const text = make("span", {}, make("b", {}, subject), ` ${event.kind === "plan" ? `epoch ${event.epoch}: ` : ""}${event.text}`);
  const row = make(
    "li",
    { "data-kind": event.kind },
    make("time", {}, clock(event.at)),
    text,
  );
  if (event.after) {
    row.append(make("span", { class: "after" }, `${event.after.ms} ms after the loss of ${event.after.agent}`));
  }
  return row;
}

export function eventRows(events) {
  return events.length === 0
    ? [make("li", { class: "empty" }, "Nothing has happened since this page was opened.")]
    : events.slice(0, SHOWN).map(eventRow);
}

export function logRows(logs, agent) {
  const chosen = logs.filter((line) => agent === "" || line.agent === agent).slice(0, SHOWN);
  return chosen.length === 0
    ? [make("li", { class: "empty" }, "No board has anything to say.")]
    : chosen.map((line) =>
        make(
          "li",
          {},
          make("time", {}, clock(line.at)),
          make("span", {}, make("b", {}, line.agent), ` ${line.text}`),
        ),
      );
}
