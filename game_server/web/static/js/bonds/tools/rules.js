/**
 * Rules: what holds for whoever said yes to its words.
 * @module
 */

import { h } from "../../ui/dom.js";
import { listed } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";
import { choiceFact, forWhom, when } from "./facts.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./kind.js").Kind} Kind */

/** Is it asked of whoever looks? @param {Row} row @param {Bond} bond */
const forMe = (row, bond) => row["for_all"] === true || row["assigned_to"] === bond.me.user_id;
/** @param {Row} row @param {Bond} bond @param {string} list */
const says = (row, bond, list) => row[list].includes(bond.me.user_id);

/** @type {Kind} */
export const RULES = {
  tool: "rules",
  title: _("Rules"),
  sign: "key",
  lead: _("A rule holds for whoever said yes to its words, and only as long as they do."),
  empty: _("No rules yet. Some like one small ritual for a start: a good-night message, a cup of tea together."),
  fresh: _("Propose a rule"),
  made: _("It is proposed. It holds from a yes on."),
  first: ["title", "description", "assigned_to", "rule_type"],
  hears: ["rule_acknowledgements"],
  asked: ["rule_type", "active", "assigned_to"],
  line: (row, bond) => ({ title: row["title"] ?? _("A rule"), hint: aimedAt(row, bond), value: word(row, bond) }),
  groups: [
    ["asked", _("Waiting for your answer")],
    ["holds", _("In force")],
    ["other", _("Not in force")],
  ],
  group: (row, bond) => {
    if (row["active"] === true && forMe(row, bond) && !says(row, bond, "acknowledged_by") && !says(row, bond, "declined_by")) return "asked";
    return row["in_force_for"].length > 0 ? "holds" : "other";
  },
  standing: (row, bond) => [
    h("p", { class: "state", testid: "state" }, word(row, bond)),
    row["held"] === true ? h("p", { testid: "held" }, _("It touches a limit, so it rests: it binds nobody.")) : null,
    row["in_force_for"].length === 0
      ? h("p", { class: "quiet", testid: "in-force" }, _("It is in force for nobody just now."))
      : h("p", { testid: "in-force" }, _("In force for {names}.", { names: names(row["in_force_for"], bond) })),
  ],
  facts: (row, bond) => [
    [_("For"), row["for_all"] === true ? _("All of you") : forWhom(row, bond)],
    choiceFact(_("Kind"), "rules", row, "rule_type"),
    row["effective_from"] === null ? null : [_("From"), when(row["effective_from"]) ?? ""],
    row["effective_until"] === null ? null : [_("Until"), when(row["effective_until"]) ?? ""],
    row["acknowledged_by"].length === 0 ? null : [_("Yes"), bond.listOf(row["acknowledged_by"])],
    row["declined_by"].length === 0 ? null : [_("No"), bond.listOf(row["declined_by"])],
  ],
  doings: [
    {
      name: "acknowledge",
      label: _("Yes, I want that"),
      done: _("You said yes. You can take it back at any time."),
      undo: "decline",
      allowed: forMe,
      first: () => true,
      when: (row, bond) => row["active"] === true && row["held"] !== true && !says(row, bond, "acknowledged_by"),
    },
    {
      name: "decline",
      label: _("No, not for me"),
      done: _("It does not bind you. Nobody has to say why."),
      undo: "acknowledge",
      anyhow: true,
      allowed: forMe,
      when: (row, bond) => !says(row, bond, "declined_by"),
    },
    { name: "activate", label: _("Switch it on"), done: _("It is on."), undo: "deactivate", when: (row) => row["active"] === false },
    {
      name: "deactivate",
      label: _("Switch it off"),
      done: _("It is off, and binds nobody."),
      undo: "activate",
      anyhow: true,
      when: (row) => row["active"] === true,
    },
  ],
};

/** @param {Row} row @param {Bond} bond */
function aimedAt(row, bond) {
  if (row["for_all"] === true) return _("for all of you");
  return row["assigned_to"] === bond.me.user_id ? _("for you") : _("for {name}", { name: bond.nameOf(row["assigned_to"]) });
}

/** @param {Row} row @param {Bond} bond */
function word(row, bond) {
  if (row["held"] === true) return _("rests");
  if (row["active"] === false) return _("off");
  if (forMe(row, bond) && says(row, bond, "declined_by")) return _("you said no");
  if (forMe(row, bond) && !says(row, bond, "acknowledged_by")) return _("for your answer");
  if (row["in_force_for"].length > 0) return _("in force");
  return row["declined_by"].length > 0 ? _("a no") : _("for an answer");
}

/** For whom something holds. @param {readonly string[]} ids @param {Bond} bond */
function names(ids, bond) {
  return listed(ids.map((id) => (id === bond.me.user_id ? _("you") : bond.nameOf(id))));
}
