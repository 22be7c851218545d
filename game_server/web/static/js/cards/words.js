/**
 * What a card of one's own may touch, in kind words; the keys are the server's checklist.
 * @module
 */

import { LIMITS } from "../profile/words.js";

export const DEEDS = /** @type {const} */ ([
  ["massage", "Massage"],
  ["oral_body", "Kisses on the body"],
  ["stripping", "Undressing"],
  ["revealing_clothing", "Revealing clothes"],
  ["posing", "Being looked at"],
  ["dancing", "Dancing for the other"],
  ["hands_genitals", "Intimate hands"],
  ["oral_sex", "Oral sex"],
  ["solo_pleasure", "Touching oneself"],
  ["dirty_talk", "Words of desire"],
  ["moaning", "Sounds of pleasure"],
  ["roleplay", "Playing a role"],
  ["commands", "Leading and following"],
  ["begging", "Asking for more"],
  ["protocols", "Rules for the evening"],
  ["orgasm_control", "Waiting for the climax"],
  ["blindfold", "A blindfold"],
  ["restraints", "Being tied or held"],
  ["hair_pull_gentle", "A hand in the hair"],
  ["biting_moderate", "Biting"],
  ["spanking_moderate", "Light spanking"],
  ["spanking_hard", "Firm spanking"],
  ["slapping", "Slapping"],
  ["choking", "A hand at the throat"],
  ["spitting", "Spitting"],
  ["anal_fingers_toys", "Anal touch"],
  ["rimming", "Anal kisses"],
  ["watersports", "Watersports"],
]);

export const TOPICS = /** @type {const} */ ([
  ["past_experiences", "What was before"],
  ["fantasies", "Fantasies"],
  ["turn_ons", "What one likes"],
  ["turn_offs", "What one does not like"],
  ["insecurities", "What makes one shy"],
  ["boundaries", "Limits"],
  ["future_fantasies", "What one would like to try"],
  ["feeling_desired", "Feeling wanted"],
]);

const APART = /** @type {const} */ (["apart", "Can be played apart"]);

/** @type {readonly {name: string, title: string, legend: string, options: readonly (readonly [string, string])[]}[]} */
export const CHECKLIST = [
  { name: "deeds", title: "Doing", legend: "What do you do?", options: DEEDS },
  { name: "topics", title: "Talking", legend: "What is talked about?", options: TOPICS },
  { name: "limits", title: "With care", legend: "Is any of this in it?", options: LIMITS },
  { name: "place", title: "Where", legend: "And where?", options: [APART] },
];

const LABELS = new Map([...DEEDS, ...TOPICS, ...LIMITS, APART].map(([tag, label]) => [String(tag), String(label)]));

/** @param {readonly string[]} tags @returns {string} */
export function touching(tags) {
  return tags.map((tag) => LABELS.get(tag) ?? tag).join(", ");
}

export const KINDS = [
  { value: "truth", label: "Truth", hint: "Something to tell" },
  { value: "dare", label: "Dare", hint: "Something to do" },
];

/** Who does a step. @type {Readonly<Record<string, string>>} */
export const WHO = { A: "Whoever's turn it is", B: "The other one" };

/** @param {string} text with the bank's two placeholders @returns {string} */
export function plain(text) {
  return text.replaceAll("{partner}", "your partner").replaceAll("{active}", "the one whose turn it is");
}
