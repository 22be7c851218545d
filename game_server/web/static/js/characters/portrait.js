/**
 * How a character looks: the picture that was chosen, or the first letter of their name on the back of a card.
 * @module
 */

import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";
import { nameOf, picturesOf } from "./character.js";

/** @typedef {import("../ui/picture.js").Pictures} Pictures */
/** @typedef {import("./character.js").About} About */

/**
 * @param {About & {avatar_urls?: readonly string[]}} character
 * @param {Pictures | null} pictures null: it is not kept yet, so there are none
 * @param {"large" | "small"} [size]
 */
export function portrait(character, pictures, size = "large") {
  const [shown] = pictures === null ? [] : picturesOf({ avatar_urls: character.avatar_urls ?? [] });
  const name = nameOf(character);
  const [first = "?"] = name.trim();
  const address = shown === undefined ? null : pictures?.addressOf(shown) ?? null;
  return h(
    "span",
    { class: "portrait", "data-size": size, "data-key": `portrait-${shown ?? ""}`, "aria-hidden": size === "small" },
    address === null
      ? h("span", { class: "initial", "aria-hidden": true }, first.toUpperCase())
      : h("img", { src: address, alt: size === "small" ? "" : _("Picture of {name}", { name }) }),
  );
}
