/**
 * Files that are handed to who asked for them.
 * @module
 */

import { h } from "./dom.js";

const SAVED_WITHIN_MS = 60_000;

/** @param {Blob} file @param {string} name under which the browser keeps it */
export function save(file, name) {
  const address = URL.createObjectURL(file);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), SAVED_WITHIN_MS);
}
