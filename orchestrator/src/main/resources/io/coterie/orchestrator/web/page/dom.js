// Elements. Text of others only ever becomes text.
export const byId = (id) => document.getElementById(id);

/** Makes an element; attributes that are false are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children);
  return element;
}

/** Sets the text where it is another one. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A list of terms and what they are; rows without a value are left out. */
export function facts(rows) {
  const list = make("dl", { class: "facts" });
  for (const [term, value] of rows) {
    if (value !== null && value !== undefined && value !== "") {
      list.append(make("div", {}, make("dt", {}, term), make("dd", {}, String(value))));
    }
  }
  return list;
}

/** A table in a box of its own that scrolls where the screen is narrow. */
export function table(caption, heads, rows) {
  const head = make("tr");
  heads.forEach((text) => head.append(make("th", { scope: "col" }, text)));
  const body = make("tbody");
  rows.forEach((cells) => {
    const row = make("tr");
    cells.forEach((cell, i) =>
      row.append(make(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, cell)),
    );
    body.append(row);
  });
  const whole = make("table", {}, make("caption", {}, caption), make("thead", {}, head), body);
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, whole);
}

/** A dialog with a title and a way out. */
export function openDialog(title, ...content) {
  const close = make("button", { type: "button", class: "quiet" }, "Close");
  const heading = make("h2", {}, title);
  const dialog = make("dialog", { "aria-label": title }, make("header", {}, heading, close), ...content);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A labelled choice of a form. */
export function choice(label, name, words, chosen) {
  const select = make("select", { name });
  words.forEach((word) => select.append(make("option", { selected: word === chosen }, word)));
  return { select, row: make("label", { class: "field" }, make("span", {}, label), select) };
}

/** A labelled field of a form. */
export function field(label, attributes, hint = "") {
  const input = make("input", attributes);
  const parts = [make("span", {}, label), input];
  if (hint !== "") {
    parts.push(make("small", {}, hint));
  }
  return { input, row: make("label", { class: "field" }, ...parts) };
}
