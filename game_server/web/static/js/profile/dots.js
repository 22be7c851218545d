/**
 * How much of something there is: five dots to look at, kind words to hear. Nobody is told a number that could be compared.
 * @module
 */

import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";

const MOST = 5;

/** @param {number} percent 0 to 100 @returns {number} 0 to 5 */
export function dotsOf(percent) {
  return Math.min(MOST, Math.max(0, Math.round((percent * MOST) / 100)));
}

/** @param {number} filled 0 to 5 @param {string} [words] what so many mean */
export function dots(filled, words = "") {
  const label = words === "" ? _("{n} of 5", { n: filled }) : _("{words}, {n} of 5", { words, n: filled });
  return h(
    "span",
    { class: "dots", role: "img", "aria-label": label },
    Array.from({ length: MOST }, (_each, place) => h("i", { "data-on": place < filled })),
  );
}

/** One line of a list of them. @param {string} label @param {number} filled @param {string} [words] */
export function dotted(label, filled, words) {
  return h("li", { class: "dotted", "data-key": label }, h("span", null, label), dots(filled, words));
}
