/**
 * What a screen of messages knows and does: pages of the list, reading, changing and taking back, and pictures on their way.
 * @module
 */

import { ApiError } from "../../api.js";
import { serverNow } from "../../ui/servertime.js";
import { Thread } from "./thread.js";

/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("./thread.js").Message} Message */

const PAGE = 40;
/** Nobody leafs further back than that for one place. */
const MOST_PAGES = 25;

export class Chat {
  thread = new Thread();
  /** Has the list been heard at all? */
  heard = false;
  /** Of whom it is known that they write just now, and until when. @type {Map<string, number>} */
  typing = new Map();
  /** The first that was unread when the screen was opened. @type {string | null} */
  firstNew = null;
  /** @type {string | null} */
  #readTo = null;
  #leafing = false;
  /** Where the list goes on before the oldest. @type {string | null} */
  #cursor = null;

  /** @param {Here} here @param {() => void} changed */
  constructor({ bond }, changed) {
    this.bond = bond;
    this.changed = changed;
    this.me = bond.me.user_id;
  }

  /** The newest page, and what lies between it and what is known. Throws ApiError. */
  async load() {
    const known = this.heard;
    let page = await this.#page("");
    const { unread, read_through: through } = page;
    let more = this.#hear(page.items);
    for (let pages = 1; known && page.next_cursor !== null && more === page.items.length && pages < MOST_PAGES; pages++) {
      page = await this.#page(page.next_cursor);
      more = this.#hear(page.items);
    }
    if (!known) {
      this.heard = true;
      this.#cursor = page.next_cursor;
      this.firstNew = unread > 0 ? this.#firstAfter(through) : null;
    }
    this.changed();
  }

  /** @param {string} cursor @returns {Promise<{items: Message[], next_cursor: string | null, unread: number, read_through: string | null}>} */
  #page(cursor) {
    return this.bond.app.api.get(this.bond.api(`/messages?limit=${PAGE}${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`));
  }

  /** @param {Message[]} items @returns {number} how many of them nobody knew here */
  #hear(items) {
    const unknown = items.filter(({ id }) => !this.thread.has(id)).length;
    this.thread.hear(items);
    return unknown;
  }

  /** The first of others' that came later. @param {string | null} at */
  #firstAfter(at) {
    const theirs = this.thread.all.filter(({ from_user_id: by }) => by !== this.me);
    return theirs.find(({ created_at: then }) => at === null || Date.parse(then) > Date.parse(at))?.id ?? null;
  }

  /** Nothing is older than the oldest known. */
  get whole() {
    return this.#cursor === null;
  }

  /** The page before the oldest. Throws ApiError. */
  async older() {
    if (this.#cursor === null || this.#leafing) return;
    this.#leafing = true;
    try {
      const page = await this.#page(this.#cursor);
      this.#cursor = page.next_cursor;
      this.#hear(page.items);
      this.changed();
    } finally {
      this.#leafing = false;
    }
  }

  /** Leaf back until this one is there. Throws ApiError. @param {string} id */
  async find(id) {
    for (let pages = 0; pages < MOST_PAGES && !this.thread.has(id) && !this.whole; pages++) await this.older();
    return this.thread.has(id);
  }

  /** Something has changed on the server. @param {string | null} id @param {string | null} op @param {Message | null} [row] */
  async hear(id, op, row) {
    if (op === "insert") this.#wrote(row ?? null);
    try {
      if (op === "delete" && id !== null) this.thread.forget(id);
      else if (row && "attachments" in row && !("cut" in row)) this.thread.hear([row]);
      else if (op === "update" && id !== null && this.thread.has(id))
        this.thread.hear([await this.bond.app.api.get(this.bond.api(`/messages/${encodeURIComponent(id)}`))]);
      else await this.load();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // heard of again with the next one
    }
    this.changed();
  }

  /** Everything that is shown has been seen. */
  async read() {
    const newest = this.thread.newestFrom(this.me);
    if (newest === null || newest.id === this.#readTo) return;
    const before = this.#readTo;
    this.#readTo = newest.id;
    try {
      await this.bond.app.api.post(this.bond.api(`/messages/${encodeURIComponent(newest.id)}/read`));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.passing) this.#readTo = before;
    }
  }

  /** Throws ApiError. @param {Message} message @param {string} content */
  async edit({ id, version }, content) {
    const row = await this.bond.app.api.patch(this.bond.api(`/messages/${encodeURIComponent(id)}`), { content, version });
    this.thread.hear([row]);
    this.changed();
  }

  /** Throws ApiError. @param {Message} message */
  async unsend({ id }) {
    const path = this.bond.api(`/messages/${encodeURIComponent(id)}`);
    await this.bond.app.api.delete(path);
    this.thread.hear([await this.bond.app.api.get(path)]);
    this.changed();
  }

  /** A picture goes, also long after it was sent. Throws ApiError. @param {Message} message @param {string} file */
  async withdraw({ id }, file) {
    await this.bond.app.api.delete(`/api/files/${encodeURIComponent(file)}`);
    this.thread.forget(id); // its version may be what it was
    this.thread.hear([await this.bond.app.api.get(this.bond.api(`/messages/${encodeURIComponent(id)}`))]);
    this.changed();
  }

  /** Throws ApiError. @param {string} words @param {string | null} cursor @returns {Promise<{items: Message[], next_cursor: string | null}>} */
  search(words, cursor) {
    const more = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    return this.bond.app.api.get(this.bond.api(`/messages?limit=${PAGE}&q=${encodeURIComponent(words)}${more}`));
  }

  /** Somebody writes just now, for some seconds. @param {string} person @param {number} ms */
  types(person, ms) {
    if (person === this.me) return;
    this.typing.set(person, serverNow() + ms);
    this.changed();
  }

  /** Whoever has sent it writes no more. @param {Message | null} row null: it is not known whose it is */
  #wrote(row) {
    if (row?.from_user_id) this.typing.delete(row.from_user_id);
    else this.typing.clear();
  }

  /** @returns {string[]} names of who writes just now */
  writers() {
    const now = serverNow();
    return [...this.typing].filter(([, until]) => until > now).map(([person]) => this.bond.nameOf(person));
  }
}
