/**
 * Things to read: kept for oneself, shown to the others where their keeper wants it.
 * @module
 */

import { h } from "../../ui/dom.js";
import { icon } from "../../ui/icon.js";
import { _ } from "../../ui/tongue.js";
import { choiceFact } from "./facts.js";
import { choiceWords } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./kind.js").Kind} Kind */

/** @param {Row} row @param {Bond} bond */
const mine = (row, bond) => row["user_id"] === bond.me.user_id;

/**
 * Who reads it, said so that nobody takes the one for the other.
 * @param {boolean} shared @param {boolean} own @param {string} name of whose it is
 */
export function whoReads(shared, own, name) {
  const words = !shared ? _("Only you can read it") : own ? _("Shared: the others can read it") : _("{name} shares it with you", { name });
  return h("p", { class: "state with-sign", testid: shared ? "is-shared" : "is-private", "data-shared": shared }, icon(shared ? "us" : "lock"), words);
}

/** @type {Kind} */
export const RESOURCES = {
  tool: "resources",
  title: _("Things to read"),
  sign: "note",
  lead: _("Kept for yourself. The others see what you share, and nothing else."),
  empty: _("Nothing kept yet. An article that made you curious, a book, a place with good words on safety."),
  fresh: _("Keep something"),
  made: _("It is kept."),
  first: ["title", "url", "description", "shared_with_partner"],
  asked: ["resource_type", "tag"],
  line: (row, bond) => ({
    title: row["title"] ?? _("Something to read"),
    sign: row["shared_with_partner"] === true ? "us" : "lock",
    hint: [choiceWords("resources", "resource_type", row["resource_type"]).label, mine(row, bond) ? null : bond.nameOf(row["user_id"])].filter(Boolean).join(" · "),
    value: row["rating"] === null ? null : _("{n} of 5", { n: row["rating"] }),
  }),
  alone: (row) => row["shared_with_partner"] !== true,
  standing: (row, bond) => [
    whoReads(row["shared_with_partner"] === true, mine(row, bond), bond.nameOf(row["user_id"])),
    row["url"] === null
      ? null
      : h("a", { class: "address", href: row["url"], target: "_blank", rel: "noopener noreferrer", testid: "address" }, row["url"]),
  ],
  facts: (row) => [
    choiceFact(_("Kind"), "resources", row, "resource_type"),
    choiceFact(_("About"), "resources", row, "category"),
    row["rating"] === null ? null : [_("How good"), _("{n} of 5", { n: row["rating"] })],
    row["tags"].length === 0 ? null : [_("Words"), row["tags"].join(", ")],
  ],
  doings: [
    {
      name: "share",
      patch: { shared_with_partner: true },
      label: _("Share it"),
      done: _("The others can see it now."),
      undo: "unshare",
      when: (row) => row["shared_with_partner"] === false,
    },
    {
      name: "unshare",
      patch: { shared_with_partner: false },
      label: _("Share it no more"),
      done: _("Only you can see it again."),
      undo: "share",
      when: (row) => row["shared_with_partner"] === true,
    },
  ],
};
