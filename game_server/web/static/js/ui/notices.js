/**
 * Short messages: seen at the head of the page, where they cover no button that one must reach, and read aloud.
 * @module
 */

import { h } from "./dom.js";

const SHOWN_MS = 6000;

/** @param {string} text @param {string} [testid] */
export function notify(text, testid = "notice") {
  const place = document.getElementById("notices");
  if (place === null || isLocked() || [...place.children].some((note) => note.textContent === text)) return;
  const note = h("p", { class: "notice", testid }, text);
  place.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}

/**
 * Read aloud only: each time, also when it is the same again, and none wipes another.
 * @param {string} text empty: nothing
 */
export function announce(text) {
  if (text === "" || isLocked()) return;
  const said = h("p", null, text);
  document.getElementById("announcer")?.append(said);
  setTimeout(() => said.remove(), SHOWN_MS);
}

/** Behind the app lock nothing is said of anybody (js/shell/shell.js). */
function isLocked() {
  return document.documentElement?.classList?.contains("locked-up") === true;
}
