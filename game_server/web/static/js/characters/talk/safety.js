/**
 * What is answered instead of play, where safety comes first: our words, what one says of oneself in bonds, and people who help. It comes as
 * lines of one text; those of people who help end with a number and where it counts.
 * @module
 */

import { h } from "../../ui/dom.js";
import { icon } from "../../ui/icon.js";
import { _ } from "../../ui/tongue.js";

/** @typedef {{name: string, number: string, where: string}} Helper */
/** @typedef {{text: string, card: string[], helpers: Helper[]}} Safety */

const HELPER = /^(.+): ([+\d][\d ()/-]*) \((.+)\)$/;

/** @param {string} content @returns {Safety} */
export function safetyOf(content) {
  const [text = "", ...rest] = content.split("\n").filter((line) => line.trim() !== "");
  /** @type {Safety} */
  const found = { text, card: [], helpers: [] };
  for (const line of rest) {
    const [, name, number, where] = HELPER.exec(line) ?? [];
    if (name !== undefined && number !== undefined && where !== undefined) found.helpers.push({ name, number, where });
    else found.card.push(line);
  }
  return found;
}

/** Not the character's words. @param {string} content @param {string} key */
export function safetyCard(content, key) {
  const { text, card, helpers } = safetyOf(content);
  return h(
    "section",
    { class: "box safety-card steps-out", "data-key": key, testid: "safety-answer", role: "note", "aria-label": _("Outside the play") },
    h("h2", null, icon("hand"), h("span", null, _("Outside the play"))),
    h("p", { class: "said" }, text),
    card.length === 0 ? null : [h("h3", null, _("From your safety card")), h("ul", { class: "words-of" }, card.map((each) => h("li", { "data-key": each }, each)))],
    helpers.length === 0 ? null : [h("h3", null, _("People who help")), h("ul", { class: "helpers" }, helpers.map(helperLine))],
  );
}

/** @param {Helper} helper */
function helperLine({ name, number, where }) {
  const dialled = `tel:${number.replace(/[^+\d]/g, "")}`;
  return h("li", { "data-key": name + number }, h("span", { class: "grows" }, h("strong", null, name), h("small", null, where)), h("a", { class: "button", href: dialled }, number));
}
