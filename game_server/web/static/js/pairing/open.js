/**
 * Opening a game with somebody, or by a link, and going into it.
 * @module
 */

import { attempts } from "../ui/attempt.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";
import { keepAsked, keepInvitation } from "./joins.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {{user_id: string, name: string}} Partner */

/**
 * Open a game and go into it, when `place` is still what the person looks at.
 * @param {App} app
 * @param {Element} place
 * @param {{settings: object, partner: object}} game as the API takes it
 * @param {Partner} [asked] who was asked by name
 */
export async function openGame(app, place, game, asked) {
  const answer = await app.api.create("/api/sessions", game);
  if (answer.join) keepInvitation(answer.session_id, answer.join);
  if (asked) keepAsked(answer.session_id, asked.name);
  if (!place.isConnected) notify(_("Your new game is open. You find it on the start page."));
  app.goOn(place, `/room/${encodeURIComponent(answer.session_id)}`);
}

/**
 * A button of the start page that opens a game with somebody, or by a link.
 * @param {App} app
 * @param {() => object} settings as they are when it is pressed
 * @param {Partner} [partner] nobody: by link
 */
export function opens(app, settings, partner) {
  const asked = partner === undefined ? { link: true } : { user_id: partner.user_id };
  return attempts(".home", (place) => openGame(app, place, { settings: settings(), partner: asked }, partner));
}
