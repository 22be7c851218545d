/**
 * The two of a couple as the figure that stands for them everywhere: a disc and a ring. Outside of a room the reader is the disc.
 * @module
 */

import { h } from "../ui/dom.js";

/** @typedef {"" | "small" | "big"} Size */

/** @param {"A" | "B"} seat @param {string} name @param {Size} [size] */
export function disc(seat, name, size = "") {
  const letter = [...name.trim()][0]?.toUpperCase() ?? "·";
  return h("span", { class: size === "big" ? "disc big" : size === "small" ? "disc small" : "disc", "data-seat": seat, "aria-hidden": true }, letter);
}

/** @param {string} mine @param {string} partners @param {Size} [size] */
export function pairOf(mine, partners, size = "") {
  return h("span", { class: "pair", "aria-hidden": true }, disc("A", mine, size), disc("B", partners, size));
}
