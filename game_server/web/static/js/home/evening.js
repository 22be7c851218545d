/**
 * What an evening is to be: good defaults, so that nobody has to choose anything, and what was chosen instead. The highest level is never
 * one of them.
 * @module
 */

import { _, ngettext } from "../ui/tongue.js";
import { ENGLISH, languageRule } from "./languages.js";

/** @typedef {import("../room/protocol.js").Level} Level */
/**
 * @typedef {object} Evening
 * @property {Level} intimacy_level
 * @property {"random" | "truth" | "dare"} activity_type
 * @property {"player" | "spin"} type_choice
 * @property {"alternate" | "spin"} turn_order
 * @property {number} target_activities
 * @property {boolean} apart the two see or hear each other only
 * @property {boolean} favourites begin with what both liked
 * @property {string} language of the cards
 */

export const FEWEST = 5;
export const MOST = 50;

/** @type {Readonly<Evening>} */
export const USUAL = Object.freeze({
  intimacy_level: "R",
  activity_type: "random",
  type_choice: "player",
  turn_order: "alternate",
  target_activities: 25,
  apart: false,
  favourites: false,
  language: ENGLISH,
});

/**
 * The settings as the API takes them.
 * @param {Evening} evening
 * @param {{onePhone?: boolean, known?: boolean}} who onePhone: they are in one place, whatever was chosen; known: somebody with whom
 *   there may be cards that both liked
 */
export function settingsOf({ apart, favourites, language, ...rest }, { onePhone = false, known = false } = {}) {
  const rules = {
    ...(apart && !onePhone ? { apart: true } : {}),
    ...(favourites && known ? { favourites: true } : {}),
    ...languageRule(language),
  };
  return { ...rest, rules };
}

/** What is said of it in a few words. @param {Evening} evening @param {Readonly<Record<Level, {name: string}>>} levels @returns {string[]} */
export function factsOf(evening, levels) {
  const { activity_type: type, turn_order: order } = evening;
  return [
    levels[evening.intimacy_level].name,
    ngettext("{n} card", "{n} cards", evening.target_activities),
    order === "spin" ? _("turns by chance") : _("in turns"),
    ...(type === "truth" ? [_("truth only")] : type === "dare" ? [_("dare only")] : []),
    ...(type === "random" && evening.type_choice === "spin" ? [_("surprises")] : []),
    ...(evening.apart ? [_("far apart")] : []),
    ...(evening.favourites ? [_("first what you both liked")] : []),
  ];
}

/** @param {number} count @returns {boolean} a number of cards that can be played */
export function isPlayable(count) {
  return Number.isInteger(count) && count >= FEWEST && count <= MOST;
}
