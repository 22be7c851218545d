/**
 * A screen without a card: a few sentences in its middle.
 * @module
 */

import { h } from "../ui/dom.js";

/** @param {...import("../ui/dom.js").Child} children */
export function calm(...children) {
  return h("div", { class: "stage" }, h("div", { class: "calm" }, ...children));
}
