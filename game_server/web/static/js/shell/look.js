/**
 * Under which name and icon the page stands on this phone: its own, or a discreet one. Chosen before it is put on the home
 * screen; both are written in index.html, and the worker serves the page in the chosen one from the first moment on.
 * @module
 */

import { drop, read, shelf, write } from "../ui/kept.js";

/** @typedef {"attuned" | "lists"} Look */

export const LOOK_KEY = "attuned.look";
/** There for the worker, which cannot read what pages keep (js/reach/worker.js). */
const DISCREET = "look-lists";
/** @type {Readonly<Record<Look, string>>} names, in no language */
const NAMES = { attuned: "Attuned", lists: "Lists" };

/** @returns {Look} */
export function look() {
  return read(shelf("localStorage"), LOOK_KEY) === "lists" ? "lists" : "attuned";
}

/** What the browser's bar and the phone's list of apps call it. */
export function appName() {
  return NAMES[look()];
}

/** The address of its icon. */
export function appIcon() {
  return document.querySelector('link[rel="icon"]')?.getAttribute(`data-${look()}`) ?? "/static/icon.svg";
}

/** Name, icons and manifest of this document as they are chosen. */
export function dress() {
  const chosen = look();
  document.title = NAMES[chosen];
  for (const each of document.querySelectorAll("[data-lists]")) {
    const name = each.hasAttribute("content") ? "content" : "href";
    const value = each.getAttribute(`data-${chosen}`) ?? "";
    if (each.getAttribute(name) !== value) each.setAttribute(name, value);
  }
}

/** @param {Look} chosen */
export async function choose(chosen) {
  const lasting = shelf("localStorage");
  if (chosen === "attuned") drop(lasting, LOOK_KEY);
  else write(lasting, LOOK_KEY, chosen);
  dress();
  if (!("caches" in globalThis)) return;
  if (chosen === "attuned") await caches.delete(DISCREET);
  else await caches.open(DISCREET);
}
