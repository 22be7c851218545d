/**
 * A character that is being made: what is said of it so far lies on the server, so that a reload, or another phone, goes on where one was.
 * @module
 */

import { ApiError } from "../api.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("./character.js").About} About */
/** @typedef {{step: number, draft: About | null}} Session */

const PATH = "/api/kinksters/creation-session";
const PAUSE_MS = 700;
const AGAIN_MS = 4000;

export class Making {
  /** Called when it is known whether everything is kept. */
  changed = () => {};
  /** Is everything that was said on the server? */
  kept = true;
  /** Why the server does not take it as it stands. @type {ApiError | null} */
  refused = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<void>} */
  #saving = Promise.resolve();
  #ended = false;

  /** @param {Api} api @param {Session} session */
  constructor(api, { step, draft }) {
    this.api = api;
    this.step = step;
    /** @type {About} */
    this.about = draft ?? {};
    this.begun = draft !== null;
  }

  /** Throws ApiError. @param {Api} api */
  static async begin(api) {
    const found = /** @type {Session | null} */ (await api.get(PATH).catch(nothingYet));
    return new Making(api, { step: found?.step ?? 1, draft: found?.draft ?? null });
  }

  /** @param {About} said */
  say(said) {
    this.about = { ...this.about, ...said };
    this.begun = true;
    this.#soon(PAUSE_MS);
  }

  /** @param {number} step */
  go(step) {
    this.step = step;
    this.#soon(0);
  }

  /** @param {number} ms */
  #soon(ms) {
    if (this.#ended) return;
    this.kept = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  /** What was said goes to the server now, one after the other. */
  flush() {
    clearTimeout(this.#timer);
    if (this.kept) return this.#saving;
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  async #save() {
    if (this.#ended) return;
    this.kept = true;
    this.refused = null;
    try {
      await this.api.put(PATH, { step: this.step, draft: this.about });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.kept = false;
      if (!error.passing) this.refused = error;
      else this.#soon(Math.max(AGAIN_MS, error.retryAfter * 1000));
    }
    this.changed();
  }

  /** Throws ApiError. @param {About} about all of it @returns {Promise<import("./character.js").Character>} */
  async make(about) {
    const made = await this.api.create("/api/kinksters", about);
    await this.forget();
    return made;
  }

  /** It is made, or not wanted any more. */
  async forget() {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#saving;
    await this.api.put(PATH, { step: 1, draft: null }).catch(leftThere);
  }
}

/** @param {unknown} error */
function nothingYet(error) {
  if (error instanceof ApiError && error.status === 404) return null;
  throw error;
}

/** A draft that stays is offered once more, and does no harm. @param {unknown} error */
function leftThere(error) {
  if (!(error instanceof ApiError)) throw error;
}
