/**
 * Short messages: seen at the head of the page, where they cover no button that one must reach, and read aloud.
 * @module
 */

import { h } from "./dom.js";

const SHOWN_MS = 6000;

/** @param {string} text @param {string} [testid] */
export function notify(text, testid = "notice") {
  const place = document.getElementById("notices");
  if (place === null || [...place.children].some((note) => note.textContent === text)) return;
  const note = h("p", { class: "notice", testid }, text);
  place.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}

/**
 * Read aloud only: each time, also when it is the same again, and none wipes another.
 * @param {string} text empty: nothing
 */
export function announce(text) {
  if (text === "") return;
  const said = h("p", null, text);
  document.getElementById("announcer")?.append(said);
  setTimeout(() => said.remove(), SHOWN_MS);
}
