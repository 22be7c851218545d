/**
 * A sheet over the room: what one sets is on it, and the card lies face down on this phone meanwhile. The floor stays above it.
 * @module
 */

import { sheet } from "../ui/sheet.js";

/** @typedef {import("../ui/dom.js").Child} Child */
/** @typedef {import("../ui/sheet.js").About} About */

/** @param {About} about @param {...Child} inside */
export function drawer(about, ...inside) {
  return sheet({ ...about, floor: true }, ...inside);
}
