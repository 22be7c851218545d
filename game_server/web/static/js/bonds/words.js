/**
 * What the words of bonds are called by people.
 * @module
 */

import { _ } from "../ui/tongue.js";

/** @typedef {import("./bond.js").BondView} BondView */
/** @typedef {import("./bond.js").Role} Role */
/** @typedef {import("./bond.js").State} State */

/** @type {readonly {value: State, label: string, hint: string}[]} */
export const STATES = [
  { value: "active", label: _("Here"), hint: _("as usual") },
  { value: "low_energy", label: _("Low energy"), hint: _("gently") },
  { value: "paused", label: _("Pausing"), hint: _("nothing new") },
];

/** Of somebody else. @type {Readonly<Record<State, string>>} */
export const STATE_OF = {
  active: _("here"),
  low_energy: _("low energy"),
  paused: _("pausing"),
};

/** The same as a sentence. @type {Readonly<Record<State, string>>} */
export const STATE_SAID = {
  active: _("{name} is here, as usual."),
  low_energy: _("{name} has little energy just now. Gently, please."),
  paused: _("{name} is pausing: nothing new can be asked of them."),
};

/** @type {readonly {value: Role, label: string, hint: string}[]} */
export const ROLES = [
  { value: "dominant", label: _("Dominant"), hint: _("leads who agrees to it") },
  { value: "submissive", label: _("Submissive"), hint: _("is led, as far as they agree") },
  { value: "switch", label: _("Switch"), hint: _("both, as it comes") },
];

/** @param {Role} role */
export function roleWord(role) {
  return ROLES.find(({ value }) => value === role)?.label ?? role;
}

/** @type {readonly {value: BondView["bond_type"], label: string, hint: string}[]} */
export const KINDS = [
  { value: "dyad", label: _("The two of us"), hint: _("two people") },
  { value: "polycule", label: _("A polycule"), hint: _("up to twelve") },
  { value: "household", label: _("A household"), hint: _("up to twelve") },
  { value: "dynamic", label: _("A dynamic"), hint: _("up to twelve") },
];

/** @param {BondView["bond_type"]} kind */
export function kindWord(kind) {
  return KINDS.find(({ value }) => value === kind)?.label ?? kind;
}
