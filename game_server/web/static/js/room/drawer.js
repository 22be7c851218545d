/**
 * A sheet over the room: what one sets is on it, and the card lies face down on this phone meanwhile. It ends where the floor begins.
 * @module
 */

import { h } from "../ui/dom.js";
import { press } from "./press.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../ui/dom.js").Child} Child */

/**
 * @param {{testid: string, title: string, close?: () => void, word?: string}} about without `close` it stays until it is answered
 * @param {...Child} inside
 */
export function drawer({ testid, title, close, word = _("Done") }, ...inside) {
  const id = `${testid}-title`;
  return [
    h("div", { class: "scrim", testid: `${testid}-scrim`, ...(close ? { onclick: close } : {}) }),
    h(
      "section",
      { class: "drawer", testid, role: "dialog", "aria-labelledby": id },
      h(
        "header",
        null,
        h("h2", { id, tabindex: -1 }, title),
        close ? press({ class: "plain", testid: `${testid}-close`, onclick: close }, word) : null,
      ),
      ...inside,
    ),
  ];
}
