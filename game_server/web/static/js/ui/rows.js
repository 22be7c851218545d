/**
 * Boxes of lines that lead somewhere: what is set behind each, and how it stands now.
 * @module
 */

import { h } from "./dom.js";
import { icon } from "./icon.js";

/** @typedef {import("./dom.js").Child} Child */

/**
 * @typedef {object} Line
 * @property {string} testid
 * @property {string} [key] where several lines have one name
 * @property {string} sign of `img/marks.svg`
 * @property {string} title
 * @property {string | null} [hint] under it
 * @property {string | null} [value] how it stands now
 */

/** @typedef {(event: Event) => unknown} Act */

/** @param {Line & ({href: string} | {onclick: Act})} line something that is opened @param {...Child} below in the same place */
export function goto({ testid, key = testid, ...line }, ...below) {
  const inner = [inside(line), icon("next")];
  const way =
    "href" in line
      ? h("a", { class: "goto", testid, href: line.href }, inner)
      : h("button", { class: "goto", type: "button", testid, onclick: line.onclick }, inner);
  return h("li", { "data-key": key }, way, ...below);
}

/** @param {Line & {onclick: Act}} line something that happens here, after a question */
export function doing({ testid, onclick, ...line }) {
  return h("li", { "data-key": testid }, h("button", { class: "goto", type: "button", testid, onclick }, inside(line)));
}

/** @param {Pick<Line, "sign" | "title" | "hint" | "value">} line */
function inside({ sign, title, hint = null, value = null }) {
  return [
    icon(sign),
    h(
      "span",
      { class: "about" },
      h("span", null, title, hint === null ? null : h("small", null, hint)),
      value === null ? null : h("span", { class: "value" }, value),
    ),
  ];
}

/**
 * A box of them, left out where nothing applies.
 * @param {string} testid
 * @param {string | null} title null: its lines say what they are about
 * @param {readonly (HTMLElement | null)[]} lines
 */
export function box(testid, title, lines) {
  const shown = lines.filter(Boolean);
  if (shown.length === 0) return null;
  const heading = title === null ? null : h("h2", null, title);
  return h("section", { class: "box", testid }, heading, h("ul", { class: "rows" }, shown));
}
