/**
 * Messages on their way to the server. Each is kept in the browser until it has arrived, in the order in which they were written, and is
 * sent under a key of its own: however often that is, in however many tabs, it is said once.
 * @module
 */

import { bondsWritten, keepWritten, writtenIn } from "../../account/written.js";
import { ApiError } from "../../api.js";
import { backoff } from "../../room/backoff.js";
import { explain } from "../../ui/forms.js";

/** @typedef {import("../../account/written.js").Waiting} Waiting */
/** @typedef {import("../../account/written.js").Written} Written */
/** @typedef {import("../../ui/kept.js").Shelf} Shelf */
/** @typedef {import("./thread.js").Message} Message */
/**
 * @typedef {object} Outside
 * @property {(bond: string, body: {content: string, attachments?: string[]}, key: string) => Promise<Message>} send throws ApiError
 * @property {() => Shelf} shelf where the present person's things are kept
 * @property {() => string} owner who that is
 * @property {(act: () => void, ms: number) => () => void} after a timer, and how to stop it
 * @property {() => number} dice in [0, 1)
 * @property {() => number} now milliseconds
 * @property {() => string} newKey
 */

export class Outbox {
  /** Called when something of a bond has changed here; with what has arrived. */
  changed = (/** @type {string} */ _bond, /** @type {Message | null} */ _arrived) => {};
  /** Does the browser keep what waits, also when the page is closed? */
  kept = true;
  #failures = 0;
  /** @type {Promise<void> | null} */
  #sending = null;
  #stopTimer = () => {};

  /** @param {Outside} outside */
  constructor(outside) {
    this.outside = outside;
  }

  /** @param {string} bond @returns {Written} */
  of(bond) {
    return writtenIn(this.outside.shelf(), this.outside.owner(), bond);
  }

  /** What is being written, as it stands. @param {string} bond @param {string} draft */
  draft(bond, draft) {
    this.#keep(bond, { ...this.of(bond), draft });
  }

  /** Say this: the draft is done with. @param {string} bond @param {string} content @param {string[]} [attachments] */
  put(bond, content, attachments = []) {
    const { waiting } = this.of(bond);
    const one = { key: this.outside.newKey(), content, attachments, at: this.outside.now() };
    this.#keep(bond, { draft: "", waiting: [...waiting, one] });
    this.changed(bond, null);
    void this.flush();
  }

  /** Its writer takes back what the server has not got, or did not take. @param {string} bond @param {string} key @returns {Waiting | undefined} */
  drop(bond, key) {
    const written = this.of(bond);
    this.#keep(bond, { ...written, waiting: written.waiting.filter((each) => each.key !== key) });
    this.changed(bond, null);
    return written.waiting.find((each) => each.key === key);
  }

  /** What was refused is tried once more. @param {string} bond @param {string} key */
  again(bond, key) {
    this.#change(bond, key, ({ refused: _, ...one }) => one);
    void this.flush();
  }

  /** Send what waits, in every bond. */
  flush() {
    this.#stopTimer();
    this.#sending ??= this.#all().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  /** Nobody is here any more. */
  forget() {
    this.#stopTimer();
    this.#failures = 0;
    this.kept = true;
  }

  async #all() {
    const owner = this.outside.owner();
    if (owner === "") return;
    for (const bond of bondsWritten(this.outside.shelf(), owner)) {
      for (let next = this.#next(bond); next !== undefined; next = this.#next(bond)) {
        if (owner !== this.outside.owner() || !(await this.#one(owner, bond, next))) return;
      }
    }
  }

  /** @param {string} bond */
  #next(bond) {
    return this.of(bond).waiting.find((each) => each.refused === undefined);
  }

  /** @param {string} owner @param {string} bond @param {Waiting} one @returns {Promise<boolean>} may the next follow at once? */
  async #one(owner, bond, { key, content, attachments }) {
    try {
      const arrived = await this.outside.send(bond, attachments.length > 0 ? { content, attachments } : { content }, key);
      if (owner !== this.outside.owner()) return false;
      this.#failures = 0;
      const written = this.of(bond);
      this.#keep(bond, { ...written, waiting: written.waiting.filter((each) => each.key !== key) });
      this.changed(bond, arrived);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (owner !== this.outside.owner()) return false;
      if (error.passing || error.status === 401) return this.#later(bond, error);
      this.#change(bond, key, (each) => ({ ...each, refused: explain(error) }));
      return true;
    }
  }

  /** @param {string} bond @param {ApiError} error */
  #later(bond, error) {
    const ms = Math.max(backoff(this.#failures++, this.outside.dice()), error.retryAfter * 1000);
    this.#stopTimer();
    this.#stopTimer = this.outside.after(() => void this.flush(), ms);
    this.changed(bond, null);
    return false;
  }

  /** @param {string} bond @param {string} key @param {(one: Waiting) => Waiting} change */
  #change(bond, key, change) {
    const written = this.of(bond);
    this.#keep(bond, { ...written, waiting: written.waiting.map((each) => (each.key === key ? change(each) : each)) });
    this.changed(bond, null);
  }

  /** @param {string} bond @param {Pick<Written, "draft" | "waiting">} written */
  #keep(bond, written) {
    this.kept = keepWritten(this.outside.shelf(), this.outside.owner(), bond, written);
  }
}
