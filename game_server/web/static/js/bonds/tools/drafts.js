/**
 * What somebody is typing, kept for this tab until it is sent: an error or a reload loses none of it.
 * @module
 */

import { DRAFTS_PREFIX } from "../../account/identity.js";
import { drop, keysOf, read, write } from "../../ui/kept.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {Pick<Bond, "app" | "owner" | "id">} Place whose form it is, and where */
/** @typedef {Record<string, string[]>} Typed what is in a form, by field; of a box that is not ticked, nothing */

export class Draft {
  /** @param {Place} place @param {string} about which form: its tool, its row, its command */
  constructor({ app, owner, id }, about) {
    this.shelf = app.identities.fleeting;
    this.key = `${DRAFTS_PREFIX}${owner}.${id}.${about}`;
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
    for (const box of form.querySelectorAll("input[type=checkbox][name]")) typed[/** @type {HTMLInputElement} */ (box).name] = [];
    for (const [name, value] of new FormData(form)) if (typeof value === "string") (typed[name] ??= []).push(value);
    write(this.shelf, this.key, JSON.stringify(typed));
  }

  /** What a form listens to, so that what is typed in it is kept. */
  get listeners() {
    const kept = (/** @type {Event} */ { currentTarget }) => this.keep(/** @type {HTMLFormElement} */ (currentTarget));
    return { oninput: kept, onchange: kept };
  }

  /** What was typed stands in the form again, where it has the same fields. @template {HTMLFormElement} F @param {F} form @returns {F} */
  fill(form) {
    for (const [name, values] of Object.entries(this.typed ?? {})) {
      for (const each of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        const input = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (each);
        if (input instanceof HTMLInputElement && (input.type === "checkbox" || input.type === "radio")) input.checked = values.includes(input.value);
        else input.value = values[0] ?? "";
      }
    }
    return form;
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
