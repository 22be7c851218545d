/**
 * What is kept about whoever is here, to be taken away; and for an account another password.
 * @module
 */

import { h } from "../ui/dom.js";
import { explain, field, form, presses, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";

/** @typedef {import("../app.js").App} App */

const SAVED_WITHIN_MS = 60_000;

/** @param {App} app */
export function dataCard(app) {
  return h(
    "section",
    { class: "card-like", testid: "your-data" },
    h("h2", null, "Your data"),
    h("p", null, "Everything that is kept about you, in one file. Nothing that is only your partner’s is in it."),
    h(
      "div",
      { class: "row" },
      h("button", { class: "grows", testid: "export-html", onclick: presses(() => take(app, "html")) }, "A page to read"),
      h("button", { class: "grows", testid: "export-json", onclick: presses(() => take(app, "json")) }, "For programs"),
    ),
    h("p", { class: "quiet" }, "Your answers are sealed here, and open in the file: keep it where only you look."),
    app.identities.current()?.kind === "user" ? passwordForm(app) : null,
  );
}

/** @param {App} app @param {"html" | "json"} kind */
async function take(app, kind) {
  const owner = app.identities.owner();
  try {
    const file = await app.api.file(`/api/me/export?format=${kind}`);
    if (owner === app.identities.owner()) save(file, `attuned.${kind}`);
  } catch (error) {
    notify(explain(error));
  }
}

/** @param {Blob} file @param {string} name */
function save(file, name) {
  const address = URL.createObjectURL(file);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), SAVED_WITHIN_MS);
}

/** @param {App} app */
function passwordForm(app) {
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    await app.api.create("/api/me/password", { current: String(data.get("current")), new: String(data.get("new")) });
    sent.reset();
    notify("The new password is set.");
  };
  return h(
    "details",
    { testid: "changing-password" },
    h("summary", null, "Change my password"),
    form(
      { class: "stack", "data-key": "password" },
      act,
      field("Password now", { name: "current", type: "password", autocomplete: "current-password", required: true }),
      field("New password", { name: "new", type: "password", autocomplete: "new-password", minlength: 8, required: true }),
      h("p", { class: "quiet" }, "Every other device that is signed in now will be signed out."),
      problemPlace(),
      h("button", { testid: "change-password" }, "Change it"),
    ),
  );
}
