/**
 * The states of bonds: the list, joining, a bond's own page and its people. Those of its tools have files of their own.
 * @module
 */

import { BOND, BOND_ANSWERS } from "./bond.js";
import { MARA } from "./cast.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./states.js").State} State */

/**
 * A state of a bond's: its address below the bond's own.
 * @param {string} name @param {string} below such as "/tasks" @param {Omit<Partial<State>, "name" | "area">} [more]
 * @returns {State}
 */
export function ofBond(name, below, { answers = {}, ...more } = {}) {
  return { name, area: "bonds", path: `/bonds/${BOND}${below}`, who: MARA, answers: { ...BOND_ANSWERS, ...answers }, ...more };
}

/** @type {readonly State[]} */
export const BONDS = [
  ofBond("bonds", "", { path: "/bonds", sees: "bonds" }),
  ofBond("bond", "", { sees: "how-i-am" }),
  ofBond("bond-pausing", "", { press: ["bond-pause"], sees: "pausing" }),
];
