/**
 * One score of 0 to 100 as a bar with its words.
 * @module
 */

import { h } from "../ui/dom.js";

/** @param {string} label @param {number} percent @param {string | null} [words] instead of the number */
export function bar(label, percent, words = null) {
  return h(
    "div",
    { class: "bar" },
    h("p", null, h("span", null, label), h("span", { class: "quiet" }, words ?? percent)),
    h("progress", { max: 100, value: percent, "aria-label": `${label}: ${words ?? `${percent} of 100`}` }),
  );
}
