/**
 * Links this browser made, kept in the tab so that a reload still shows them. Nothing of it lives longer than the link.
 * @module
 */

/** @typedef {{token: string, link: string, qr_svg: string, words: string[], expires_at: string}} Invitation */

import { shelf } from "../account/identity.js";

const kept = shelf("sessionStorage");
const key = (/** @type {string} */ id) => `attuned.invitation.${id}`;

/** @param {string} id of a session or connection @param {Invitation} invitation */
export function keepInvitation(id, invitation) {
  kept.setItem(key(id), JSON.stringify(invitation));
}

/** @param {string} id @returns {Invitation | null} */
export function invitationOf(id) {
  const found = kept.getItem(key(id));
  return found === null ? null : JSON.parse(found);
}

/** @param {string} id */
export function dropInvitation(id) {
  kept.removeItem(key(id));
}

const askedKey = (/** @type {string} */ id) => `attuned.asked.${id}`;

/** A partner who was asked by name needs no link. @param {string} id of a session @param {string} name */
export function keepAsked(id, name) {
  kept.setItem(askedKey(id), name);
}

/** @param {string} id @returns {string | null} */
export function askedFor(id) {
  return kept.getItem(askedKey(id));
}
