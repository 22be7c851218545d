/**
 * Buttons that cannot be pressed now keep their place and their focus: the browser's own `disabled` would throw a
 * keyboard or a screen reader back to the start of the page.
 * @module
 */

import { h } from "../ui/dom.js";

/** @typedef {import("../ui/dom.js").Attributes} Attributes */
/** @typedef {import("../ui/dom.js").Child} Child */

/**
 * @param {Attributes & {testid: string, off?: boolean, onclick: () => void}} attributes off: not now
 * @param {...Child} children
 */
export function press({ off = false, onclick, ...attributes }, ...children) {
  const state = off ? { "aria-disabled": true } : { onclick };
  return h("button", { type: "button", ...attributes, ...state }, ...children);
}

/**
 * The heading of a phase: where the focus goes when the phase begins.
 * @param {Child} text
 * @param {Attributes} [attributes]
 */
export function heading(text, attributes = {}) {
  return h("h1", { tabindex: -1, ...attributes }, text);
}
