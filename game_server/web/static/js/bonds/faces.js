/**
 * Who somebody is, as a mark: a disc for oneself, a ring for others, with a letter; told apart without colour.
 * @module
 */

import { h } from "../ui/dom.js";

/** @param {string} name @param {"A" | "B"} seat A: oneself */
export function face(name, seat) {
  const [first = "?"] = name.trim();
  return h("span", { class: "disc small", "data-seat": seat, "aria-hidden": true }, first.toUpperCase());
}
