/**
 * Links this browser made, kept in the tab so that a reload still shows them. They go when
 * whoever made them leaves.
 * @module
 */

/** @typedef {{token: string, link: string, qr_svg: string, words: string[], expires_at: string}} Invitation */

import { JOINS_PREFIX } from "../account/identity.js";
import { drop, read, shelf, write } from "../ui/kept.js";

let kept = shelf("sessionStorage");
const key = (/** @type {string} */ id) => `${JOINS_PREFIX}invitation.${id}`;

/** The tab's own shelf, as the app lock seals it. @param {import("../ui/kept.js").Shelf} fleeting */
export function keepJoinsOn(fleeting) {
  kept = fleeting;
}

/** @param {string} id of a session or connection @param {Invitation} invitation */
export function keepInvitation(id, invitation) {
  write(kept, key(id), JSON.stringify(invitation));
}

/** @param {string} id @returns {Invitation | null} */
export function invitationOf(id) {
  try {
    return JSON.parse(read(kept, key(id)) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} id */
export function dropInvitation(id) {
  drop(kept, key(id));
}

const askedKey = (/** @type {string} */ id) => `${JOINS_PREFIX}asked.${id}`;

/** A partner who was asked by name needs no link. @param {string} id of a session @param {string} name */
export function keepAsked(id, name) {
  write(kept, askedKey(id), name);
}

/** @param {string} id @returns {string | null} */
export function askedFor(id) {
  return read(kept, askedKey(id));
}
