/**
 * The safety card: the words by which each slows and stops, and what each needs after. First on everything of a scene.
 * @module
 */

import { h } from "../../ui/dom.js";
import { icon } from "../../ui/icon.js";
import { _ } from "../../ui/tongue.js";
import { called } from "../bond.js";
import { face } from "../faces.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../bond.js").Member} Member */

const WORDS = /** @type {const} */ ([
  ["slow", "pause", _("Slow down")],
  ["stop", "stop", _("Stop")],
  ["nonverbal", "hand", _("Without words")],
]);

/** @param {Bond} bond @param {readonly string[]} [people] whose; without it everybody's */
export function safetyCard(bond, people) {
  const shown = people === undefined ? bond.members : bond.members.filter(({ user_id: id }) => people.includes(id));
  return h(
    "section",
    { class: "box safety", testid: "safety-card", "data-key": "safety", "aria-labelledby": "safety-title" },
    h("h2", { id: "safety-title" }, _("How we slow down and stop")),
    shown.map((member) => oneOf(bond, member)),
  );
}

/** @param {Bond} bond @param {Member} member */
function oneOf(bond, member) {
  const mine = member === bond.me;
  const name = called(member);
  const said = WORDS.filter(([which]) => member.safewords?.[which]);
  return h(
    "article",
    { class: "safety-of", "data-key": member.user_id, testid: "safety-of" },
    h("h3", null, face(name, mine ? "A" : "B"), h("span", null, mine ? _("You") : name)),
    said.length === 0 && !member.aftercare_needs ? h("p", { class: "quiet" }, mine ? _("You have not written yours yet.") : _("{name} has not written theirs yet. Ask before you begin.", { name })) : null,
    said.length === 0
      ? null
      : h(
          "dl",
          { class: "safewords" },
          said.map(([which, sign, label]) => h("div", { "data-which": which }, h("dt", null, icon(sign), h("span", null, label)), h("dd", null, member.safewords?.[which]))),
        ),
    member.aftercare_needs ? h("p", { class: "needs" }, icon("warm"), h("span", null, h("small", null, _("Afterwards")), member.aftercare_needs)) : null,
    mine ? h("a", { class: "own-words", href: bond.to("people"), testid: "to-own-words" }, said.length === 0 ? _("Write yours") : _("Change yours")) : null,
  );
}
