/**
 * The versions of a contract, and what changed from one to the next: struck out and underlined, and said in words to who hears it.
 * @module
 */

import { h } from "../../ui/dom.js";
import { explain } from "../../ui/forms.js";
import { notify } from "../../ui/notices.js";
import { day } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";
import { STATES } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./words.js").Contract} Contract */
/** @typedef {{op: "same" | "added" | "removed", text: string}} Piece */
/** @typedef {{title: Piece[], content: Piece[]}} Diff */

/** How many letters of what stayed are shown around what did not. */
const AROUND = 160;

export class Comparison {
  /** @type {Map<string, Diff>} by the ids of both */
  #known = new Map();
  /** @type {string | null} the earlier one that is shown beside this */
  against = null;

  /** @param {Bond} bond @param {() => void} changed */
  constructor(bond, changed) {
    this.bond = bond;
    this.changed = changed;
  }

  /** @param {string} id @returns {Diff | null} */
  of(id) {
    return this.#known.get(`${id} ${this.against}`) ?? null;
  }

  /** @param {string} id @param {string} against */
  async show(id, against) {
    if (this.against === against) {
      this.against = null;
      return this.changed();
    }
    try {
      const found = await this.bond.app.api.get(this.bond.api(`/contracts/${encodeURIComponent(id)}/diff?against=${encodeURIComponent(against)}`));
      this.#known.set(`${id} ${against}`, found);
      this.against = against;
      this.changed();
    } catch (error) {
      notify(explain(error));
    }
  }
}

/** @param {Bond} bond @param {Contract} contract @param {Contract[]} versions newest first @param {Comparison} comparison */
export function versionsBox(bond, contract, versions, comparison) {
  if (versions.length < 2) return null;
  return h(
    "section",
    { class: "box", testid: "versions", "data-key": "versions" },
    h("h2", null, _("Its versions")),
    h("ul", { class: "rows" }, versions.map((each) => versionLine(bond, contract, each, comparison))),
  );
}

/** @param {Bond} bond @param {Contract} shown @param {Contract} version @param {Comparison} comparison */
function versionLine(bond, shown, version, comparison) {
  const here = version.id === shown.id;
  const open = comparison.against === version.id;
  const diff = open ? comparison.of(shown.id) : null;
  const name = _("Version {n}", { n: version.version_number });
  return h(
    "li",
    { class: "version", "data-key": version.id, testid: "version" },
    h(
      "div",
      { class: "version-line" },
      here ? h("span", null, h("strong", null, name), h("small", null, _("you are reading it"))) : h("a", { href: bond.to("contracts", version.id), class: "version-name" }, name),
      h("span", { class: "value" }, `${STATES[version.status]}, ${day(version.signed_at ?? version.created_at)}`),
    ),
    here
      ? null
      : h(
          "button",
          { type: "button", class: "plain", testid: "compare", "aria-expanded": open, onclick: () => void comparison.show(shown.id, version.id) },
          open ? _("Hide what is different") : _("What is different here"),
        ),
    diff === null ? null : diffView(diff),
  );
}

/** @param {Diff} diff from that version to the one that is read */
function diffView({ title, content }) {
  const same = [...title, ...content].every(({ op }) => op === "same");
  return h(
    "div",
    { class: "diff", testid: "diff" },
    same ? h("p", { class: "quiet" }, _("The words are the same.")) : h("p", { class: "quiet" }, h("del", null, _("Struck out")), " ", _("is there and not here;"), " ", h("ins", null, _("underlined")), " ", _("is here and not there.")),
    title.every(({ op }) => op === "same") ? null : h("p", { class: "diff-title" }, title.map(pieceView)),
    content.every(({ op }) => op === "same") ? null : h("p", { class: "diff-text" }, content.map((piece, place) => pieceView(shortened(piece, place === 0, place === content.length - 1)))),
  );
}

/** @param {Piece} piece */
function pieceView({ op, text }) {
  if (op === "added") return h("ins", { testid: "added" }, h("span", { class: "unseen" }, _("added:")), text);
  return op === "removed" ? h("del", { testid: "removed" }, h("span", { class: "unseen" }, _("taken out:")), text) : h("span", null, text);
}

/** Of a long stretch that stayed only what is around the changes. @param {Piece} piece @param {boolean} first @param {boolean} last @returns {Piece} */
export function shortened(piece, first, last) {
  const { op, text } = piece;
  if (op !== "same" || text.length <= 3 * AROUND) return piece;
  const [begin, end] = [first ? "" : text.slice(0, AROUND), last ? "" : text.slice(-AROUND)];
  return { op, text: [begin, end].join(" … ") };
}
