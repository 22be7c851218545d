/**
 * The drawn signs of `img/marks.svg`. A sign never stands without a word.
 * @module
 */

import { svg } from "./dom.js";

/** @param {string} name */
export function icon(name) {
  return svg(
    "svg",
    { class: "icon", "aria-hidden": true, "data-key": name },
    svg("use", { href: `/static/img/marks.svg#${name}` }),
  );
}
