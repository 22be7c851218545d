/**
 * The language that the page speaks on this device; for who is signed in mails and notifications come in it too.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { _, choose, chosen, language, LANGUAGES } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */

/** A choice that counts at once: the page comes anew. @param {App} app */
export function languageChoice(app) {
  const pick = async (/** @type {Event} */ event) => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    choose(event.target.value);
    await tell(app, event.target.value);
    location.reload();
  };
  return h(
    "label",
    { "data-key": "language" },
    h("span", null, _("Language")),
    h(
      "select",
      { testid: "language", onchange: (/** @type {Event} */ event) => void pick(event) },
      [...LANGUAGES].map(([tag, name]) => h("option", { value: tag, lang: tag, selected: tag === language() }, name)),
    ),
  );
}

/** Somebody who chose a language here comes in: their mails speak it from now on. @param {App} app @param {{language?: string}} account */
export async function keepLanguage(app, { language: kept }) {
  const choice = chosen();
  if (choice !== null && kept !== undefined && kept !== choice) await tell(app, choice);
}

/** @param {App} app @param {string} tag */
async function tell(app, tag) {
  if (app.identities.current()?.kind !== "user") return;
  try {
    await app.api.patch("/api/me", { language: tag });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // the page speaks it all the same; the next choice tells the server again
  }
}
