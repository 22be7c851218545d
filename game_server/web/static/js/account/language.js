/**
 * The language that the page speaks on this device; for who is signed in mails and notifications come in it too.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { _, choose, chosen, language, LANGUAGES } from "../ui/tongue.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("../app.js").App} App */

/** A choice that counts at once: the page comes anew. @param {App} app */
export function languageChoice(app) {
  const pick = async (/** @type {string} */ tag) => {
    choose(tag);
    await tell(app.api, tag);
    location.reload();
  };
  return h(
    "fieldset",
    { class: "tongues", testid: "languages", "data-key": "languages" },
    h("legend", null, _("Language")),
    h(
      "div",
      { class: "segments" },
      [...LANGUAGES].map(([tag, name]) =>
        h(
          "label",
          { lang: tag },
          h("input", {
            type: "radio",
            name: "language",
            value: tag,
            testid: `language-${tag}`,
            checked: tag === language(),
            onchange: () => void pick(tag),
          }),
          h("span", null, name),
        ),
      ),
    ),
  );
}

/** Somebody who chose a language here comes in: their mails speak it from now on. @param {Api} api @param {{language?: string}} account */
export async function keepLanguage(api, { language: kept }) {
  const choice = chosen();
  if (choice !== null && kept !== undefined && kept !== choice) await tell(api, choice);
}

/** @param {Api} api @param {string} tag */
async function tell(api, tag) {
  if (api.identities.current()?.kind !== "user") return;
  try {
    await api.patch("/api/me", { language: tag });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // the page speaks it all the same; the next choice tells the server again
  }
}
