/**
 * One's conversations with characters.
 * @module
 */

/** @typedef {import("../../api.js").Api} Api */
/**
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string | null} kinkster_id null: the character is gone
 * @property {string | null} title
 * @property {string | null} last_message_at
 * @property {string} created_at
 */

const MOST = 100;

/** The newest first. Throws ApiError. @param {Api} api @returns {Promise<Conversation[]>} */
export async function talksOf(api) {
  /** @type {{items: Conversation[]}} */
  const { items } = await api.get(`/api/conversations?limit=${MOST}`);
  return items.sort((one, other) => lastOf(other) - lastOf(one));
}

/** @param {Conversation} talk milliseconds */
function lastOf({ last_message_at: last, created_at: begun }) {
  return Date.parse(last ?? begun);
}
