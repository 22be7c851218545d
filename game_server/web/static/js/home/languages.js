/**
 * In which language two play: a choice only where the bank has cards in more than one. (Which language is which:
 * game_server/languages/__init__.py.)
 * @module
 */

import { ApiError } from "../api.js";
import { alone } from "../ui/time.js";

/** @typedef {import("../app.js").App} App */

export const ENGLISH = "en";

/**
 * The languages that a game can be played in, `["en", "de"]`; English alone while that cannot be known.
 * @param {App} app
 * @returns {Promise<string[]>}
 */
export async function cardLanguages(app) {
  try {
    return (await app.api.get("/api/activities/languages")).languages;
  } catch (error) {
    if (error instanceof ApiError) return [ENGLISH];
    throw error;
  }
}

/**
 * Which of them a game is in when nobody chooses: the page's own (`de` on a page in de-AT), else English.
 * @param {readonly string[]} languages @param {string} page the tag of the page's language
 */
export function firstLanguage(languages, page) {
  const primary = page.split("-")[0]?.toLowerCase();
  return languages.find((each) => each === page) ?? languages.find((each) => each === primary) ?? ENGLISH;
}

/** What that means for `settings.rules`; English needs no word. @param {string} language @returns {{language?: string}} */
export function languageRule(language) {
  return language === ENGLISH ? {} : { language };
}

/** Each as those call it who speak it. @param {readonly string[]} languages */
export function languageOptions(languages) {
  return languages.map((value) => {
    const name = new Intl.DisplayNames([value], { type: "language" }).of(value) ?? value;
    return { value, label: alone(name, value) };
  });
}
