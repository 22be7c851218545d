/**
 * A shelf whose private things are sealed while the app lock is on: who is here, answers and messages that are not sent yet,
 * what is being typed in a bond, invitations and whom they are for. They are readable while it is open, in this tab alone; the
 * rest of the shelf is as it was.
 *
 * It is used like the browser's own storage, which answers at once; sealing takes a moment, so that what is written is
 * readable here first and sealed right after, in order.
 * @module
 */

import { DRAFTS_PREFIX, IDENTITY_KEY, JOINS_PREFIX, UNSENT_KEY, WRITTEN_KEY } from "../account/identity.js";
import { seal, unseal } from "./sealing.js";

/** @typedef {import("../ui/kept.js").Shelf} Shelf */

export const SEALED = "attuned.sealed.";

/** @param {string} key */
function isPrivate(key) {
  const private_ = [UNSENT_KEY, WRITTEN_KEY, JOINS_PREFIX, DRAFTS_PREFIX];
  return key === IDENTITY_KEY || private_.some((beginning) => key.startsWith(beginning));
}

export class Vault {
  /** @type {CryptoKey | null} */
  #key = null;
  /** What is readable; null: locked. @type {Map<string, string> | null} */
  #open = null;
  /** What is being sealed. @type {Promise<void>} */
  #last = Promise.resolve();

  /**
   * @param {Shelf} under
   * @param {() => boolean} on is the lock on, in any tab?
   */
  constructor(under, on) {
    this.under = under;
    this.on = on;
  }

  get locked() {
    return this.on() && this.#open === null;
  }

  /** Is nothing sealed? */
  get empty() {
    return !this.#names().some((each) => each.startsWith(SEALED)) && (this.#open?.size ?? 0) === 0;
  }

  /** Everything private goes under this key from now on. @param {CryptoKey} key */
  async begin(key) {
    const there = this.#names().filter(isPrivate).map((name) => /** @type {const} */ ([name, this.under.getItem(name) ?? ""]));
    this.#key = key;
    this.#open = new Map(there);
    for (const [name, value] of there) this.#seal(name, value);
    await this.#last;
    return () => there.forEach(([name]) => this.under.removeItem(name));
  }

  /** @param {CryptoKey} key */
  async open(key) {
    await this.#last;
    /** @type {Map<string, string>} */
    const open = new Map();
    for (const name of this.#names().filter((each) => each.startsWith(SEALED))) {
      const value = await this.#read(key, name);
      if (value !== null) open.set(name.slice(SEALED.length), value);
    }
    this.#key = key;
    this.#open = open;
    await this.#adopt(open);
  }

  /** What lies here in plain, because the lock was set in another tab, is sealed from now on. @param {Map<string, string>} open */
  async #adopt(open) {
    const plain = this.#names().filter(isPrivate);
    for (const name of plain.filter((each) => !open.has(each))) {
      const value = this.under.getItem(name) ?? "";
      open.set(name, value);
      this.#seal(name, value);
    }
    await this.#last;
    for (const name of plain) this.under.removeItem(name);
  }

  /** Nothing is readable any more; what is on its way from the server is still sealed when it comes. */
  shut() {
    this.#open = null;
  }

  /** Nothing is on its way any more. */
  settle() {
    if (this.#open === null) this.#key = null;
  }

  /** The lock is off: all lies as it did before. */
  end() {
    for (const [name, value] of this.#open ?? []) this.under.setItem(name, value);
    this.forget();
  }

  /** What was sealed is gone for good. */
  forget() {
    for (const name of this.#names()) if (name.startsWith(SEALED)) this.under.removeItem(name);
    this.#key = null;
    this.#open = null;
  }

  /** Another tab has sealed something anew. @param {string} name as it lies there */
  async heard(name) {
    const key = this.#key;
    if (key === null || this.#open === null || !name.startsWith(SEALED)) return;
    const value = await this.#read(key, name);
    if (value === null) this.#open?.delete(name.slice(SEALED.length));
    else this.#open?.set(name.slice(SEALED.length), value);
  }

  /** @param {string} name @returns {string | null} */
  getItem(name) {
    if (!this.on() || !isPrivate(name)) return this.under.getItem(name);
    return this.#open?.get(name) ?? null;
  }

  /** @param {string} name @param {string} value */
  setItem(name, value) {
    if (!this.on() || !isPrivate(name)) return this.under.setItem(name, value);
    this.#open?.set(name, value);
    this.#seal(name, value);
  }

  /** @param {string} name */
  removeItem(name) {
    if (!this.on() || !isPrivate(name)) return this.under.removeItem(name);
    if (this.#open === null) return; // nobody who is locked out takes anything away
    this.#open.delete(name);
    this.#last = this.#last.then(() => this.under.removeItem(SEALED + name));
    this.under.removeItem(SEALED + name);
  }

  /** @param {number} place @returns {string | null} */
  key(place) {
    return this.#visible()[place] ?? null;
  }

  get length() {
    return this.#visible().length;
  }

  #visible() {
    const plain = this.#names().filter((each) => !each.startsWith(SEALED));
    return this.on() ? [...plain.filter((each) => !isPrivate(each)), ...(this.#open?.keys() ?? [])] : plain;
  }

  #names() {
    return Array.from({ length: this.under.length ?? 0 }, (_, place) => this.under.key?.(place) ?? "");
  }

  /** @param {CryptoKey} key @param {string} name @returns {Promise<string | null>} */
  async #read(key, name) {
    const kept = this.under.getItem(name);
    const content = kept === null ? null : await unseal(key, JSON.parse(kept)).catch(() => null);
    return content === null ? null : new TextDecoder().decode(content);
  }

  /** @param {string} name @param {string} value */
  #seal(name, value) {
    const key = this.#key;
    if (key === null) return;
    this.#last = this.#last.then(async () => {
      const sealed = await seal(key, new TextEncoder().encode(value));
      try {
        this.under.setItem(SEALED + name, JSON.stringify(sealed));
      } catch {
        // full or forbidden: it is known in this tab, until it is closed
      }
    });
  }
}
