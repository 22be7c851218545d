/**
 * Points: what everybody has, and every change of it. Nothing of it is rewritten; what was wrong is taken back by another entry.
 * @module
 */

import { h } from "../../ui/dom.js";
import { _ } from "../../ui/tongue.js";
import { choiceWords, pointsWord } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./kind.js").Kind} Kind */

/** Kinds of entries that somebody may take back. */
const REVERSIBLE = new Set(["award", "grant", "manual"]);

/** @type {Kind} */
export const POINTS = {
  tool: "points",
  title: _("Points"),
  sign: "level",
  lead: _("They come of tasks and rewards, or from whoever leads. Nobody ever has less than none."),
  empty: _("No points yet. They begin with a task that brings some, or with a few given just like that."),
  fresh: _("Give points"),
  made: _("Given."),
  first: ["user_id", "points", "reason"],
  asked: ["user_id"],
  line: (row, bond) => ({
    title: row["reason"] ?? choiceWords("points", "kind", row["kind"]).label,
    hint: [nameOf(row["user_id"], bond), row["reason"] === null ? null : choiceWords("points", "kind", row["kind"]).label].filter(Boolean).join(" · "),
    value: signed(row["points"]),
  }),
  beside: (beside, bond) =>
    h(
      "section",
      { class: "box", testid: "balances", "data-key": "balances" },
      h("h2", null, _("What everybody has")),
      h(
        "dl",
        { class: "terms" },
        bond.members.map(({ user_id: id }) =>
          h("div", { "data-key": id }, h("dt", null, nameOf(id, bond)), h("dd", { testid: `balance-${id === bond.me.user_id ? "mine" : id}` }, pointsWord(beside.balances?.[id] ?? 0))),
        ),
      ),
    ),
  standing: (row) => h("p", { class: "state", testid: "state" }, signed(row["points"])),
  facts: (row, bond) => [
    [_("Whose"), nameOf(row["user_id"], bond)],
    [_("How"), choiceWords("points", "kind", row["kind"]).label],
    row["reason"] === null ? null : [_("What for"), row["reason"]],
  ],
  doings: [
    {
      name: "reverse",
      label: _("Take this entry back"),
      done: _("Taken back, by an entry of its own."),
      asks: ["reason"],
      lead: _("The entry stays to be read, and another takes it back."),
      when: (row) => REVERSIBLE.has(row["kind"]),
    },
  ],
};

/** @param {string | null} id @param {Bond} bond */
function nameOf(id, bond) {
  return id === bond.me.user_id ? _("You") : bond.nameOf(id);
}

/** @param {number} points */
function signed(points) {
  return points > 0 ? `+${points}` : `−${Math.abs(points)}`;
}
