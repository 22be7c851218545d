/**
 * What the start page leads with: whoever waits for an answer, a game to go on with, a partner to play with, else an invitation.
 * @module
 */

import { _ } from "../ui/tongue.js";

/** @typedef {import("./home.js").Listed} Listed */
/** @typedef {import("./home.js").Partner} Partner */
/**
 * @typedef {{kind: "asked", session: Listed} | {kind: "open", session: Listed} | {kind: "partner", partner: Partner}
 *   | {kind: "nobody"}} Lead
 */

/** Was this person asked, and has not answered yet? @param {Listed} session */
export function isAsked({ seat, joined }) {
  return seat === "B" && !joined;
}

/**
 * @param {Listed[]} sessions open ones, newest first
 * @param {Partner[]} partners whom one played with last is first
 * @returns {Lead}
 */
export function leadOf(sessions, partners) {
  const asked = sessions.find(isAsked);
  if (asked) return { kind: "asked", session: asked };
  const playing = sessions.find(({ status }) => status === "active");
  const waiting = sessions.find(({ partner_name: name }) => Boolean(name)); // a link that nobody opened yet leads nowhere
  const session = playing ?? waiting;
  if (session) return { kind: "open", session };
  const [partner] = partners;
  return partner ? { kind: "partner", partner } : { kind: "nobody" };
}

/** @param {number} hour of the phone's own clock @param {string} name @returns {string} */
export function greetingAt(hour, name) {
  if (name === "") return _("Hello");
  if (hour >= 17 || hour < 4) return _("Good evening, {name}", { name });
  if (hour < 12) return _("Good morning, {name}", { name });
  return _("Hello, {name}", { name });
}
