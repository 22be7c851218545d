/**
 * The three places of the page: to play, the two of you, and oneself.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../router.js").Route} Route */

/** Screens that are one of the places; from every other one leads back by itself. */
const PLACES = new Set(["home", "partners", "you"]);

/** @param {Route["name"]} name @returns {HTMLElement | null} */
export function tabs(name) {
  if (!PLACES.has(name)) return null;
  const tab = (/** @type {string} */ to, /** @type {string} */ href, /** @type {string} */ sign, /** @type {string} */ word) =>
    h(
      "a",
      { href, testid: to === "home" ? "play" : to, "aria-current": to === name ? "page" : null },
      icon(sign),
      h("span", null, word),
    );
  return h(
    "nav",
    { class: "tabs", "aria-label": _("Places") },
    tab("home", "/", "play", _("Play")),
    tab("partners", "/partners", "us", _("Us")),
    tab("you", "/you", "you", _("You")),
  );
}
