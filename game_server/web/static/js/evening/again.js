/**
 * Another evening like this one, and how two who met in a game remember each other.
 * @module
 */

import { keepInvitation } from "../pairing/joins.js";
import { openGame } from "../pairing/open.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../room/protocol.js").Settings} Settings */
/** @typedef {{user_id: string, name: string}} Partner */

const KNOWN_RULES = /** @type {const} */ (["apart", "favourites", "language"]);

/**
 * What a game was opened with, without what its opener wrote beside: that was theirs, for that evening.
 * @param {Settings} settings
 */
export function sameAgain(settings) {
  const { intimacy_level, activity_type, type_choice, turn_order, target_activities } = settings;
  const given = /** @type {Record<string, unknown>} */ (settings.rules ?? {});
  const rules = Object.fromEntries(KNOWN_RULES.filter((key) => key in given).map((key) => [key, given[key]]));
  return { intimacy_level, activity_type, type_choice, turn_order, target_activities, rules };
}

/**
 * A game with whom one is connected, or one that a link opens; and where the other one has asked already, theirs.
 * Throws what is refused.
 * @param {App} app
 * @param {Element} place what is looked at
 * @param {object} settings
 * @param {Partner | null} partner
 */
export async function playAgain(app, place, settings, partner) {
  const theirs = partner === null ? null : await askedBy(app, partner.user_id);
  if (theirs !== null) return app.goOn(place, `/room/${encodeURIComponent(theirs)}`);
  const wanted = partner === null ? { link: true } : { user_id: partner.user_id };
  await openGame(app, place, { settings, partner: wanted }, partner ?? undefined);
}

/** The game to which this partner has invited, and which waits for an answer. @param {App} app @param {string} partner @returns {Promise<string | null>} */
async function askedBy(app, partner) {
  const { items } = await app.api.get("/api/sessions?status=waiting");
  const found = items.find(
    (/** @type {{seat: string, joined: boolean, partner_user_id: string | null}} */ each) =>
      each.seat === "B" && !each.joined && each.partner_user_id === partner,
  );
  return found?.session_id ?? null;
}

/** A request to connect, whose code the other one opens: it goes on among one's partners. @param {App} app @param {Element} place */
export async function rememberEachOther(app, place) {
  const made = await app.api.create("/api/partners/connections", {});
  keepInvitation(String(made.id), made);
  app.goOn(place, "/partners");
}
