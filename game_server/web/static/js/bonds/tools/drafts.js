/**
 * What somebody is typing, kept for this tab until it is sent: an error or a reload loses none of it.
 * @module
 */

import { DRAFTS_PREFIX } from "../../account/identity.js";
import { drop, keysOf, read, write } from "../../ui/kept.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {Record<string, string[]>} Typed what is in a form, by field */

export class Draft {
  /** @param {Bond} bond @param {string} about which form: its tool, its row, its command */
  constructor(bond, about) {
    this.shelf = bond.app.identities.fleeting;
    this.key = `${DRAFTS_PREFIX}${bond.owner}.${bond.id}.${about}`;
  }

  /** @returns {Typed | null} null: nothing is kept */
  get typed() {
    try {
      return JSON.parse(read(this.shelf, this.key) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {HTMLFormElement} form */
  keep(form) {
    /** @type {Typed} */
    const typed = {};
    for (const [name, value] of new FormData(form)) if (typeof value === "string") (typed[name] ??= []).push(value);
    write(this.shelf, this.key, JSON.stringify(typed));
  }

  drop() {
    drop(this.shelf, this.key);
  }
}

/**
 * Which forms about this begin have something typed in them?
 * @param {Bond} bond @param {string} about
 * @returns {string[]} what comes behind it
 */
export function draftsOf(bond, about) {
  const beginning = `${DRAFTS_PREFIX}${bond.owner}.${bond.id}.${about}`;
  return keysOf(bond.app.identities.fleeting, beginning).map((key) => key.slice(beginning.length));
}
