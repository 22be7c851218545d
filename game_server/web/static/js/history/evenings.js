/**
 * The list of one's evenings, put together from what the server lists: sessions, and beside them the cards one was shown.
 * @module
 */

/** @typedef {import("../room/protocol.js").Feedback} Feedback */
/**
 * @typedef {object} Listed a session as the list has it
 * @property {string} session_id
 * @property {"waiting" | "active" | "completed" | "stopped" | "abandoned"} status
 * @property {import("../room/protocol.js").Seat} seat
 * @property {boolean} joined
 * @property {string | null} partner_name
 * @property {string | null} partner_user_id
 * @property {number} current_step the turn that it came to
 * @property {number} target_activities
 * @property {string} created_at
 * @property {string | null} completed_at
 */
/**
 * @typedef {object} Shown a card that one was shown
 * @property {number} id
 * @property {string} session_id
 * @property {number | null} activity_id
 * @property {"truth" | "dare"} activity_type
 * @property {boolean} was_skipped
 * @property {Feedback | null} feedback_type
 * @property {string} presented_at
 */

const OVER = ["completed", "stopped", "abandoned"];

/** Played and over; a stopped one counts as any other, one that never began is none. @param {Listed} session */
export function isEvening({ status, current_step: step, joined }) {
  return joined && OVER.includes(status) && (step > 0 || status === "stopped");
}

/** By session the cards that stayed on the table, in their order. @param {readonly Shown[]} shown newest first */
export function bySession(shown) {
  /** @type {Map<string, Shown[]>} */
  const found = new Map();
  for (const each of shown) {
    if (each.was_skipped) continue;
    found.set(each.session_id, [each, ...(found.get(each.session_id) ?? [])]);
  }
  return found;
}

/**
 * Without the one that was left on the table, as when the evening is opened.
 * @param {Listed} session @param {readonly Shown[]} cards all of its cards that were not skipped
 */
export function playedIn({ status, current_step: step, target_activities: target }, cards) {
  return cards.slice(0, status === "completed" && step >= target ? step : Math.max(0, step - 1));
}

/** Does what was read of the cards reach back to this evening's first? @param {readonly Shown[]} shown newest first @param {Listed} session */
export function reaches(shown, session) {
  const last = shown.at(-1);
  return last !== undefined && Date.parse(last.presented_at) < Date.parse(session.created_at);
}

/** Whom one can play favourites with: each once, in the order of the evenings. @param {readonly Listed[]} sessions */
export function partnersIn(sessions) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const { partner_user_id: id, partner_name: name } of sessions) {
    if (id !== null && name !== null && !found.has(id)) found.set(id, name);
  }
  return [...found].map(([user_id, name]) => ({ user_id, name }));
}
