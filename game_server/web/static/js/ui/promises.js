/**
 * What is promised, line by line.
 * @module
 */

import { h } from "./dom.js";

/** @param {readonly string[]} lines */
export function promises(lines) {
  return h(
    "ul",
    { class: "promises" },
    lines.map((line) => h("li", null, line)),
  );
}
