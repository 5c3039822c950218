// Where the broker is, and who we are. Kept in this page only.
import { field, make, openDialog } from "../dom.js";

/** Asks; calls back with the address and the login, which is empty where none was given. */
export function openLogin(address, why, callback) {
  const place = field("Broker", { type: "text", name: "address", required: true, value: address }, "such as ws://HOST:PORT/mqtt or wss://…");
  const user = field("User", { type: "text", name: "username", autocomplete: "username" });
  const password = field("Password", { type: "password", name: "password", autocomplete: "current-password" });
  const enter = make("button", { type: "submit", class: "primary" }, "Connect");
  const form = make(
    "form",
    { method: "dialog" },
    make("p", { class: "hint" }, why),
    place.row,
    user.row,
    password.row,
    make("div", { class: "buttons" }, enter),
  );
  const dialog = openDialog("Connect to the broker", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const login =
      user.input.value === ""
        ? {}
        : { username: user.input.value, password: password.input.value };
    dialog.close();
    callback(place.input.value.trim(), login);
  });
}
