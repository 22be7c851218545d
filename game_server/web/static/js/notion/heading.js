/**
 * What is led to where what was pressed is gone: the heading of what came instead.
 * @module
 */

import { h } from "../ui/dom.js";

/** @param {string} title */
export function heading(title) {
  return h("h2", { tabindex: -1 }, title);
}

/** @param {string} testid of a box */
export function leadTo(testid) {
  const found = document.querySelector(`[data-testid="${testid}"] h2[tabindex]`);
  if (found instanceof HTMLElement) found.focus();
}
