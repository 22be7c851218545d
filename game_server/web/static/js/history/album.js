/**
 * What this page has read of somebody's evenings so far, and how it reads on.
 * @module
 */

import { ApiError } from "../api.js";
import { explain } from "../ui/forms.js";
import { bySession, isEvening, partnersIn, reaches } from "./evenings.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./evenings.js").Listed} Listed */
/** @typedef {import("./evenings.js").Shown} Shown */
/** @typedef {{partner: {user_id: string, name: string}, ids: ReadonlySet<number>, more: boolean}} Favourites */

const EVENINGS = 8; // at a time, at least
const SESSIONS = 20;
const CARDS = 100;
const MOST_PAGES = 6;

export class Album {
  /** @type {Listed[]} */
  evenings = [];
  /** @type {Map<string, string>} notes by session */
  notes = new Map();
  /** @type {Favourites[]} */
  favourites = [];
  /** @type {string | null} */
  problem = null;
  /** @type {string | null | undefined} undefined: not begun; null: that was all */
  #next = undefined;
  /** @type {string | null | undefined} */
  #nextCards = undefined;
  /** @type {Shown[]} */
  #shown = [];
  busy = false;

  /** @param {App} app @param {() => void} drawn */
  constructor(app, drawn) {
    this.app = app;
    this.drawn = drawn;
  }

  /** Has everything been read? */
  get whole() {
    return this.#next === null;
  }

  get cards() {
    return bySession(this.#shown);
  }

  /** The next evenings, and their cards; then, one by one, their notes. */
  async readOn() {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    const had = this.evenings.length;
    try {
      await this.#readSessions(had + EVENINGS);
      this.drawn();
      await this.#readCards();
      await this.#readFavourites();
      this.drawn();
      await this.#readNotes(this.evenings.slice(had));
    } catch (error) {
      this.problem = explain(error);
    }
    this.busy = false;
    this.drawn();
  }

  /** @param {number} wanted how many evenings */
  async #readSessions(wanted) {
    for (let pages = 0; pages < MOST_PAGES && this.evenings.length < wanted && this.#next !== null; pages++) {
      const found = await this.app.api.get(`/api/sessions?limit=${SESSIONS}${after(this.#next)}`);
      this.evenings.push(...found.items.filter(isEvening));
      this.#next = found.next_cursor;
    }
  }

  async #readCards() {
    const last = this.evenings.at(-1);
    if (last === undefined) return;
    for (let pages = 0; pages < MOST_PAGES && this.#nextCards !== null && !reaches(this.#shown, last); pages++) {
      const found = await this.app.api.get(`/api/history?limit=${CARDS}${after(this.#nextCards)}`);
      this.#shown.push(...found.items);
      this.#nextCards = found.next_cursor;
    }
  }

  async #readFavourites() {
    const known = new Set(this.favourites.map(({ partner }) => partner.user_id));
    for (const partner of partnersIn(this.evenings).filter(({ user_id: id }) => !known.has(id))) {
      const path = `/api/partners/${encodeURIComponent(partner.user_id)}/favourites?limit=${CARDS}`;
      const found = await this.app.api.get(path).catch(unlessGone);
      const ids = new Set(found.items.map((/** @type {{activity_id: number}} */ each) => each.activity_id));
      this.favourites.push({ partner, ids, more: found.next_cursor !== null });
    }
  }

  /** @param {Listed[]} evenings */
  async #readNotes(evenings) {
    for (const { session_id: id } of evenings) {
      const { text } = await this.app.api.get(`/api/sessions/${encodeURIComponent(id)}/note`).catch(unread);
      if (text === null) continue;
      this.notes.set(id, text);
      this.drawn();
    }
  }
}

/** @param {string | null | undefined} cursor */
function after(cursor) {
  return cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
}

/** Disconnected a moment ago: then there are none. @param {unknown} error */
function unlessGone(error) {
  if (error instanceof ApiError && error.status === 404) return { items: [], next_cursor: null };
  throw error;
}

/** A note that cannot be opened now is told where it is read by itself. @param {unknown} error */
function unread(error) {
  if (error instanceof ApiError) return { text: null };
  throw error;
}
