/**
 * Rewards: given, wished for, enjoyed. What they cost is taken when they are redeemed.
 * @module
 */

import { h } from "../../ui/dom.js";
import { box, goto } from "../../ui/rows.js";
import { _ } from "../../ui/tongue.js";
import { choiceFact, forWhom, when } from "./facts.js";
import { pointsWord, stateWord } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./kind.js").Kind} Kind */

/** @param {Row} row @param {Bond} bond */
const mine = (row, bond) => row["assigned_to"] === bond.me.user_id;

/** @type {Kind} */
export const REWARDS = {
  tool: "rewards",
  title: _("Rewards"),
  sign: "heart",
  lead: _("Something lovely to look forward to: a present, or what points are good for."),
  empty: _("No rewards yet. A breakfast in bed, an evening to choose, a few kind words: what would make somebody’s day?"),
  fresh: _("Give a reward"),
  made: _("It is theirs."),
  first: ["title", "reward_type", "assigned_to", "description", "point_cost"],
  asked: ["status", "assigned_to"],
  line: (row, bond) => ({
    title: row["title"] ?? _("A reward"),
    hint: [mine(row, bond) ? _("for you") : _("for {name}", { name: bond.nameOf(row["assigned_to"]) }), cost(row)].filter(Boolean).join(" · "),
    value: stateWord("rewards", row["status"]),
  }),
  groups: [
    ["wished", _("Wished for")],
    ["there", _("There to take")],
    ["before", _("Before")],
  ],
  group: (row) => (row["status"] === "redeemed" ? "wished" : row["status"] === "available" ? "there" : "before"),
  standing: (row) => h("p", { class: "state", testid: "state" }, stateWord("rewards", row["status"])),
  facts: (row, bond) => [
    [_("For"), forWhom(row, bond)],
    choiceFact(_("Kind"), "rewards", row, "reward_type"),
    row["point_cost"] > 0 ? [_("Costs"), pointsWord(row["point_cost"])] : null,
    row["point_value"] > 0 ? [_("Brought"), pointsWord(row["point_value"])] : null,
    row["redeemed_at"] === null ? null : [_("Wished for"), when(row["redeemed_at"]) ?? ""],
    row["fulfilled_at"] === null ? null : [_("Enjoyed"), when(row["fulfilled_at"]) ?? ""],
  ],
  ways: ({ bond }) => box("ways", null, [goto({ testid: "to-points", sign: "level", href: bond.to("points"), title: _("Points"), hint: _("What everybody has, and where it came from") })]),
  doings: [
    { name: "redeem", label: _("I wish for it now"), done: _("Wished for. They know."), undo: "withdraw", first: () => true },
    { name: "fulfil", label: _("It was enjoyed"), done: _("How lovely."), first: () => true },
    {
      name: "withdraw",
      label: _("Take it back"),
      done: _("Taken back. What it cost is there again."),
      anyhow: true,
      allowed: (row, bond) =>
        (row["status"] === "redeemed" && mine(row, bond)) || bond.may("rewards.create", row["assigned_to"]),
      sure: { title: _("Take it back?"), lines: [_("What it cost is given back. Points that came with it stay.")], no: _("Leave it") },
    },
  ],
};

/** @param {Row} row */
function cost(row) {
  return row["point_cost"] > 0 ? pointsWord(row["point_cost"]) : null;
}
