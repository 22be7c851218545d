/**
 * What stands above the screens of a character.
 * @module
 */

import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";
import { nameOf, pathOf } from "./character.js";

/** @typedef {import("./character.js").Character} Character */

/** @param {string} href @param {string} back @param {string} title */
export function headed(href, back, title) {
  return h("header", { "data-key": "head" }, h("a", { class: "back", testid: "back", href }, back), h("h1", null, title));
}

/** The heading of what is behind a character's page. @param {Character} character @param {string} title */
export function behind(character, title) {
  return headed(pathOf(character.id), _("‹ {name}", { name: nameOf(character) }), title);
}
