/**
 * The journal: everybody's own, and nobody else's until they share a page; what is shared can be taken back at once.
 * @module
 */

import { _ } from "../../ui/tongue.js";
import { whoReads } from "./resources.js";
import { choiceFact } from "./facts.js";
import { choiceWords } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./kind.js").Kind} Kind */

const LONGEST_TITLE = 60;

/** @param {Row} row @param {Bond} bond */
const mine = (row, bond) => row["user_id"] === bond.me.user_id;

/** @type {Kind} */
export const JOURNAL = {
  tool: "journal",
  title: _("Journal"),
  sign: "note",
  lead: _("Your own pages, sealed with a key of your own. Nobody else reads one until you share it."),
  empty: _("Nothing written yet. One sentence is enough: what was good today?"),
  fresh: _("Write a page"),
  made: _("It is written down."),
  first: ["content", "title", "is_shared"],
  asked: ["entry_type", "mine", "tag"],
  line: (row, bond) => ({
    title: titleOf(row),
    sign: row["is_shared"] === true ? "us" : "lock",
    hint: mine(row, bond) ? (row["is_shared"] === true ? _("shared") : _("only you")) : _("from {name}", { name: bond.nameOf(row["user_id"]) }),
    value: choiceWords("journal", "entry_type", row["entry_type"]).label,
  }),
  alone: (row) => row["is_shared"] !== true,
  standing: (row, bond) => whoReads(row["is_shared"] === true, mine(row, bond), bond.nameOf(row["user_id"])),
  facts: (row) => [
    choiceFact(_("Kind"), "journal", row, "entry_type"),
    row["tags"].length === 0 ? null : [_("Words"), row["tags"].join(", ")],
  ],
  doings: [
    {
      name: "share",
      patch: { is_shared: true },
      label: _("Share this page"),
      done: _("The others can read it now."),
      undo: "unshare",
      when: (row) => row["is_shared"] === false,
      sure: { title: _("Share this page?"), lines: [_("Everybody in this bond can read it then. You can take it back at any moment.")], no: _("Keep it to myself") },
    },
    {
      name: "unshare",
      patch: { is_shared: false },
      label: _("Take it back"),
      done: _("Only you can read it again."),
      undo: "share",
      first: () => false,
      when: (row) => row["is_shared"] === true,
    },
  ],
};

/** @param {Row} row */
function titleOf(row) {
  const [first = ""] = String(row["title"] ?? row["content"] ?? "").split("\n");
  if (first === "") return _("A page");
  return first.length > LONGEST_TITLE ? `${first.slice(0, LONGEST_TITLE)}…` : first;
}
