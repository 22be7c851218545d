/**
 * Survey answers on their way to the server, as the browser keeps them: those of the person who is here, and those of
 * people whose login ended without their doing. They are found again by their giver only, within a week.
 * @module
 */

import { drop, keysOf, read, write } from "../ui/kept.js";
import { serverNow } from "../ui/servertime.js";

/** @typedef {import("../ui/kept.js").Shelf} Shelf */
/** @typedef {import("../survey/questions.js").Answer} Answer */
/** @typedef {{answers: Record<string, Answer | null>, at: string | null}} Unsent null clears an answer */
/** @typedef {Unsent & {owner?: string, left?: number}} Kept `left`: when the login ended, milliseconds */

export const UNSENT_KEY = "attuned.survey.unsent";
const LEFT_PREFIX = `${UNSENT_KEY}.`;
const WEEK_MS = 7 * 24 * 3600 * 1000;

/** @param {Shelf} shelf @param {string} owner @returns {Unsent} */
export function unsentOf(shelf, owner) {
  const kept = parsed(read(shelf, UNSENT_KEY));
  if (kept.owner !== undefined && kept.owner !== owner) return { answers: {}, at: null };
  return { answers: kept.answers, at: kept.at };
}

/**
 * @param {Shelf} shelf
 * @param {string} owner
 * @param {Unsent} unsent
 * @returns {boolean} false: the browser does not keep it
 */
export function keepUnsent(shelf, owner, unsent) {
  if (isNothing(unsent)) {
    drop(shelf, UNSENT_KEY);
    return true;
  }
  return write(shelf, UNSENT_KEY, JSON.stringify({ ...unsent, owner }));
}

/** @param {Unsent} unsent */
export function isNothing({ answers, at }) {
  return at === null && Object.keys(answers).length === 0;
}

/** Their login has ended, and they did not end it: what was not sent waits for them. @param {Shelf} shelf @param {string} owner */
export function setAside(shelf, owner) {
  const unsent = unsentOf(shelf, owner);
  drop(shelf, UNSENT_KEY);
  if (!isNothing(unsent)) write(shelf, LEFT_PREFIX + owner, JSON.stringify({ ...unsent, owner, left: serverNow() }));
}

/**
 * They are back: what waited goes to where their things are kept now.
 * @param {readonly Shelf[]} shelves where it may wait
 * @param {Shelf} shelf
 * @param {string} owner
 */
export function takeBack(shelves, shelf, owner) {
  forgetOld(shelves);
  for (const each of shelves) {
    const kept = parsed(read(each, LEFT_PREFIX + owner));
    drop(each, LEFT_PREFIX + owner);
    if (isNothing(kept)) continue;
    const now = unsentOf(shelf, owner);
    keepUnsent(shelf, owner, { answers: { ...kept.answers, ...now.answers }, at: now.at ?? kept.at });
  }
}

/** Their things are kept elsewhere from now on, and what was not sent with them. @param {Shelf} from @param {Shelf} to @param {string} owner */
export function carry(from, to, owner) {
  const kept = unsentOf(from, owner);
  if (isNothing(kept)) return;
  const now = unsentOf(to, owner);
  drop(from, UNSENT_KEY);
  keepUnsent(to, owner, { answers: { ...now.answers, ...kept.answers }, at: kept.at ?? now.at });
}

/** @param {readonly Shelf[]} shelves @param {string} owner @returns {boolean} does something wait for them? */
export function isSetAside(shelves, owner) {
  return shelves.some((shelf) => read(shelf, LEFT_PREFIX + owner) !== null);
}

/** Whoever leaves of their own will leaves nothing. @param {readonly Shelf[]} shelves @param {string | null} owner */
export function forgetUnsent(shelves, owner) {
  for (const shelf of shelves) {
    drop(shelf, UNSENT_KEY);
    if (owner !== null) drop(shelf, LEFT_PREFIX + owner);
  }
}

/** What has waited for a week waits no longer. @param {readonly Shelf[]} shelves */
export function forgetOld(shelves) {
  for (const shelf of shelves) {
    for (const key of keysOf(shelf, LEFT_PREFIX)) {
      const waited = serverNow() - (parsed(read(shelf, key)).left ?? 0);
      if (waited > WEEK_MS || waited < -WEEK_MS) drop(shelf, key);
    }
  }
}

/** @param {string | null} text @returns {Kept} */
function parsed(text) {
  try {
    const { answers = {}, at = null, ...more } = JSON.parse(text ?? "{}");
    return { answers, at, ...more };
  } catch {
    return { answers: {}, at: null };
  }
}
