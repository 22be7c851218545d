/**
 * What was said in a bond, in its order: the newest version of each message that was heard of, from whatever page of the list it came.
 * @module
 */

import { dayIn, ownZone } from "../../ui/zones.js";

/** @typedef {{id?: string, file_id: string | null, content_type?: string}} Attachment without a file: withdrawn */
/**
 * @typedef {object} Message
 * @property {string} id
 * @property {number} version
 * @property {string} created_at
 * @property {string | null} from_user_id null: somebody who is gone
 * @property {string | null} content null: taken back, or gone with its writer
 * @property {string | null} read_at by the other one of two, who lets that be known
 * @property {string | null} edited_at
 * @property {string | null} unsent_at
 * @property {Attachment[]} [attachments]
 */
/** @typedef {{by: string | null, messages: Message[]}} Run what one person said without the other saying anything */
/** @typedef {{day: string, runs: Run[]}} Day */

export const CHANGEABLE_MS = 15 * 60_000;
/** What is said after that long is said anew. */
const PAUSE_MS = 20 * 60_000;

export class Thread {
  /** @type {Map<string, Message>} */
  #known = new Map();

  /** @param {readonly Message[]} rows @returns {boolean} is anything new, or another than before? */
  hear(rows) {
    let heard = false;
    for (const row of rows) {
      const known = this.#known.get(row.id);
      if (known !== undefined && known.version >= row.version && known.read_at === row.read_at) continue;
      this.#known.set(row.id, row);
      heard = true;
    }
    return heard;
  }

  /** @param {string} id */
  has(id) {
    return this.#known.has(id);
  }

  /** @param {string} id */
  forget(id) {
    return this.#known.delete(id);
  }

  /** From the oldest to the newest. */
  get all() {
    return [...this.#known.values()].sort((one, other) => order(one, other));
  }

  get oldest() {
    return this.all[0] ?? null;
  }

  /** @param {string} me @returns {Message | null} the newest of somebody else */
  newestFrom(me) {
    return this.all.filter(({ from_user_id: by }) => by !== me).at(-1) ?? null;
  }
}

/** @param {Message} one @param {Message} other */
function order(one, other) {
  return Date.parse(one.created_at) - Date.parse(other.created_at) || (one.id < other.id ? -1 : 1);
}

/** @param {readonly Message[]} messages in order @param {string} [zone] @returns {Day[]} */
export function days(messages, zone = ownZone()) {
  /** @type {Day[]} */
  const found = [];
  let before = 0;
  for (const message of messages) {
    const day = dayIn(message.created_at, zone);
    if (found.at(-1)?.day !== day) found.push({ day, runs: [] });
    const runs = found.at(-1)?.runs ?? [];
    const at = Date.parse(message.created_at);
    if (runs.at(-1)?.by === message.from_user_id && runs.length > 0 && at - before < PAUSE_MS) runs.at(-1)?.messages.push(message);
    else runs.push({ by: message.from_user_id, messages: [message] });
    before = at;
  }
  return found;
}

/** May its writer still change it? @param {Message} message @param {string} me @param {number} now milliseconds */
export function isChangeable(message, me, now) {
  return message.from_user_id === me && message.unsent_at === null && now - Date.parse(message.created_at) < CHANGEABLE_MS;
}
