/**
 * Short messages: seen at the foot of the page, and read aloud.
 * @module
 */

import { h } from "./dom.js";

const SHOWN_MS = 6000;

/** @param {string} text */
export function notify(text) {
  const place = document.getElementById("notices");
  if (place === null || [...place.children].some((note) => note.textContent === text)) return;
  const note = h("p", { class: "notice", testid: "notice" }, text);
  place.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}

/** Read aloud only. @param {string} text */
export function announce(text) {
  const place = document.getElementById("announcer");
  if (place !== null && place.textContent !== text) place.textContent = text;
}
