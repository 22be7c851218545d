/**
 * What a player's own limits are.
 * @module
 */

import { _ } from "../ui/tongue.js";

/** @typedef {{hard_limits: string[], soft_limits: string[], maybe_items: string[], asked?: boolean}} Boundaries */

export const WITHOUT_LIMITS = _("Without your limits you only get cards that touch none of them.");

/** Has somebody said what their limits are, also that they have none? @param {Boundaries} boundaries */
export function wereAsked({ asked, hard_limits: hard }) {
  return asked ?? hard.length > 0;
}

/** @typedef {"fine" | "soft" | "hard"} Answer */

/** @type {{value: Answer, label: string}[]} */
export const ANSWERS = [
  { value: "fine", label: _("Fine") },
  { value: "soft", label: _("Carefully") },
  { value: "hard", label: _("Never") },
];

/** The same limits with another answer to one of them. @param {Boundaries} boundaries @param {string} key @param {Answer} answer */
export function withAnswer(boundaries, key, answer) {
  const listed = (/** @type {string[]} */ keys, /** @type {Answer} */ of) => [
    ...keys.filter((each) => each !== key),
    ...(answer === of ? [key] : []),
  ];
  return {
    ...boundaries,
    hard_limits: listed(boundaries.hard_limits, "hard"),
    soft_limits: listed(boundaries.soft_limits, "soft"),
  };
}

/** @param {string} key @param {Boundaries} boundaries @returns {Answer} */
export function answerOf(key, boundaries) {
  if (boundaries.hard_limits.includes(key)) return "hard";
  return boundaries.soft_limits.includes(key) ? "soft" : "fine";
}
