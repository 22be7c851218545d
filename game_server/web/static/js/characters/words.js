/**
 * Words of characters: roles, ages, and what one can say of them.
 * @module
 */

import { _ } from "../ui/tongue.js";

/** @typedef {import("../ui/forms.js").Option} Option */
/** @typedef {import("./character.js").Character} Character */
/** @typedef {import("./character.js").About} About */
/** @typedef {import("./character.js").Stat} Stat */

/** @type {readonly Option[]} */
export const ROLES = [
  { value: "dominant", label: _("Dominant"), hint: _("leads, with care") },
  { value: "submissive", label: _("Submissive"), hint: _("gives the lead away") },
  { value: "switch", label: _("Switch"), hint: _("both, as it suits you two") },
];

/** There is no younger one. @type {readonly Option[]} */
export const AGES = [
  { value: "21-25", label: _("21 to 25") },
  { value: "26-30", label: _("26 to 30") },
  { value: "31-40", label: _("31 to 40") },
  { value: "41-50", label: _("41 to 50") },
  { value: "51-60", label: _("51 to 60") },
  { value: "61+", label: _("61 or older") },
];

/** @type {readonly Option[]} */
export const EXPERIENCE = [
  { value: "beginner", label: _("New to it") },
  { value: "intermediate", label: _("Knows some") },
  { value: "advanced", label: _("Knows much") },
  { value: "expert", label: _("Has seen it all") },
];

/** @type {readonly Option[]} */
export const PROVIDERS = [
  { value: "openai_responses", label: "OpenAI", hint: _("a model that reads what you wrote of the character") },
  { value: "flowise", label: "Flowise", hint: _("a chat flow that whoever runs this server has built") },
];

/** @type {Readonly<Record<Stat, {label: string, hint: string}>>} */
export const STATS = {
  dominance: { label: _("Dominance"), hint: _("how readily they take the lead") },
  submission: { label: _("Submission"), hint: _("how readily they give it away") },
  charisma: { label: _("Charm"), hint: _("how they draw you in") },
  stamina: { label: _("Stamina"), hint: _("how long they like to linger") },
  creativity: { label: _("Imagination"), hint: _("how often they surprise") },
  control: { label: _("Composure"), hint: _("how calm they stay") },
};

/** @param {string | null | undefined} value @param {readonly Option[]} options */
export function wordOf(value, options) {
  return options.find((each) => each.value === value)?.label ?? null;
}

/** Such as "Switch · 31 to 40 · she/her". @param {About} character */
export function inShort({ role, age_range: age, pronouns }) {
  return [wordOf(role, ROLES), wordOf(age, AGES), pronouns].filter(Boolean).join(" · ");
}
