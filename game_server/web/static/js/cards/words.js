/**
 * What a card of one's own may touch, in kind words; the keys are the server's checklist.
 * @module
 */

import { LIMITS } from "../profile/words.js";
import { _ } from "../ui/tongue.js";

export const DEEDS = /** @type {const} */ ([
  ["massage", _("Massage")],
  ["oral_body", _("Kisses on the body")],
  ["stripping", _("Undressing")],
  ["revealing_clothing", _("Revealing clothes")],
  ["posing", _("Being looked at")],
  ["dancing", _("Dancing for the other")],
  ["hands_genitals", _("Intimate hands")],
  ["oral_sex", _("Oral sex")],
  ["solo_pleasure", _("Touching oneself")],
  ["dirty_talk", _("Words of desire")],
  ["moaning", _("Sounds of pleasure")],
  ["roleplay", _("Playing a role")],
  ["commands", _("Leading and following")],
  ["begging", _("Asking for more")],
  ["protocols", _("Rules for the evening")],
  ["orgasm_control", _("Waiting for the climax")],
  ["blindfold", _("A blindfold")],
  ["restraints", _("Being tied or held")],
  ["hair_pull_gentle", _("A hand in the hair")],
  ["biting_moderate", _("Biting")],
  ["spanking_moderate", _("Light spanking")],
  ["spanking_hard", _("Firm spanking")],
  ["slapping", _("Slapping")],
  ["choking", _("A hand at the throat")],
  ["spitting", _("Spitting")],
  ["anal_fingers_toys", _("Anal touch")],
  ["rimming", _("Anal kisses")],
  ["watersports", _("Watersports")],
]);

export const TOPICS = /** @type {const} */ ([
  ["past_experiences", _("What was before")],
  ["fantasies", _("Fantasies")],
  ["turn_ons", _("What one likes")],
  ["turn_offs", _("What one does not like")],
  ["insecurities", _("What makes one shy")],
  ["boundaries", _("Limits")],
  ["future_fantasies", _("What one would like to try")],
  ["feeling_desired", _("Feeling wanted")],
]);

const APART = /** @type {const} */ (["apart", _("Can be played apart")]);

/** @type {readonly {name: string, title: string, legend: string, options: readonly (readonly [string, string])[]}[]} */
export const CHECKLIST = [
  { name: "deeds", title: _("Doing"), legend: _("What do you do?"), options: DEEDS },
  { name: "topics", title: _("Talking"), legend: _("What is talked about?"), options: TOPICS },
  { name: "limits", title: _("With care"), legend: _("Is any of this in it?"), options: LIMITS },
  { name: "place", title: _("Where"), legend: _("And where?"), options: [APART] },
];

const LABELS = new Map([...DEEDS, ...TOPICS, ...LIMITS, APART].map(([tag, label]) => [String(tag), String(label)]));

/** @param {readonly string[]} tags @returns {string} */
export function touching(tags) {
  return tags.map((tag) => LABELS.get(tag) ?? tag).join(", ");
}

export const KINDS = [
  { value: "truth", label: _("Truth"), hint: _("Something to tell") },
  { value: "dare", label: _("Dare"), hint: _("Something to do") },
];

/** Who does a step. @type {Readonly<Record<string, string>>} */
export const WHO = { A: _("Whoever's turn it is"), B: _("The other one") };

/** @param {string} text with the bank's two placeholders @returns {string} to be read */
export function plain(text) {
  return text.replaceAll("{partner}", _("your partner")).replaceAll("{active}", _("the one whose turn it is"));
}

/** The same as somebody types it: the server knows the placeholders by these words. @param {string} text @returns {string} */
export function typed(text) {
  return text.replaceAll("{partner}", "your partner").replaceAll("{active}", "the one whose turn it is");
}
