/**
 * What a row says of itself, as terms with words.
 * @module
 */

import { alone, day, moment } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";
import { choiceWords } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Row} Row */

/** A choice under this word. @param {string} word @param {string} tool @param {Row} row @param {string} name @returns {readonly [string, string]} */
export function choiceFact(word, tool, row, name) {
  return [word, choiceWords(tool, name, row[name]).label];
}

/** @param {string | null} at @param {boolean} [whole] the day alone */
export function when(at, whole = false) {
  if (at === null) return null;
  return whole ? day(at) : moment(at);
}

/** Whom something is for, beside “For”: in many languages that is another word than for who does it. @param {Row} row @param {Bond} bond */
export function forWhom({ assigned_to: id }, bond) {
  return id === bond.me.user_id ? alone(_("you")) : bond.nameOf(id);
}
