/**
 * Who is playing on this browser, kept between visits: an anonymous player, or the tokens of an account.
 * @module
 */

/**
 * @typedef {object} AnonymousIdentity
 * @property {"anonymous"} kind
 * @property {string} id the client-made UUID
 * @property {string} token
 * @property {number} since when the token was issued, milliseconds
 * @property {string | null} name
 * @property {boolean} completed name and anatomy are known
 */
/**
 * @typedef {object} UserIdentity
 * @property {"user"} kind
 * @property {string} access
 * @property {string} refresh
 * @property {boolean} remember keep after the browser is closed
 * @property {string | null} name
 * @property {boolean} completed
 */
/** @typedef {AnonymousIdentity | UserIdentity} Identity */
/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Shelf */

const KEY = "attuned.identity";
/** Survey answers on their way to the server; they leave the browser together with whoever gave them. */
export const UNSENT_KEY = "attuned.survey.unsent";

export class IdentityStore {
  /** How often somebody has left: what one person asked for is not asked again with the next one's token. */
  departures = 0;

  /**
   * @param {Shelf} lasting stays after the browser is closed
   * @param {Shelf} fleeting goes with the tab
   */
  constructor(lasting, fleeting) {
    this.lasting = lasting;
    this.fleeting = fleeting;
  }

  /** @returns {Identity | null} */
  current() {
    const kept = this.fleeting.getItem(KEY) ?? this.lasting.getItem(KEY);
    if (kept === null) return null;
    try {
      return JSON.parse(kept);
    } catch {
      return null;
    }
  }

  /** Where what belongs to this person is kept: it lasts as long as their identity does. @returns {Shelf} */
  shelf() {
    return this.fleeting.getItem(KEY) === null ? this.lasting : this.fleeting;
  }

  /** @returns {string | null} */
  token() {
    const identity = this.current();
    if (identity === null) return null;
    return identity.kind === "user" ? identity.access : identity.token;
  }

  /** @param {Identity} identity */
  save(identity) {
    this.#take(KEY);
    const shelf = identity.kind === "user" && !identity.remember ? this.fleeting : this.lasting;
    shelf.setItem(KEY, JSON.stringify(identity));
  }

  /** @param {string | null} name @param {boolean} completed */
  describe(name, completed) {
    const identity = this.current();
    if (identity !== null) this.save({ ...identity, name, completed });
  }

  /** Forget who was here, and everything of theirs. */
  clear() {
    this.departures++;
    this.#take(KEY);
    this.#take(UNSENT_KEY);
  }

  /** @param {string} key */
  #take(key) {
    this.fleeting.removeItem(key);
    this.lasting.removeItem(key);
  }
}

/**
 * The browser's storage, or a stand-in for this visit where it is switched off.
 * @param {"localStorage" | "sessionStorage"} name
 * @returns {Shelf}
 */
export function shelf(name) {
  try {
    const storage = globalThis[name];
    storage.setItem("attuned.probe", "1");
    storage.removeItem("attuned.probe");
    return storage;
  } catch {
    /** @type {Map<string, string>} */
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}
