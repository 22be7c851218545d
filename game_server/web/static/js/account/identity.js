/**
 * Who is playing on this browser, kept between visits: an anonymous player, or the tokens of an account.
 * @module
 */

import { drop, keysOf, read, write } from "../ui/kept.js";
import { carry, forgetOld, forgetUnsent, isSetAside, setAside, takeBack } from "./unsent.js";
import { forgetOldWritten, forgetWritten, gatherWritten } from "./written.js";

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
 * @property {string} [id] of the account
 * @property {string} access
 * @property {string} refresh
 * @property {boolean} remember keep after the browser is closed
 * @property {string | null} name
 * @property {boolean} completed
 * @property {boolean} [adult] the account has it that they are one: nobody is asked twice
 */
/** @typedef {AnonymousIdentity | UserIdentity} Identity */
/** @typedef {import("../ui/kept.js").Shelf} Shelf */

export { UNSENT_KEY } from "./unsent.js";
export { WRITTEN_KEY } from "./written.js";
export const IDENTITY_KEY = "attuned.identity";
/** There while the app lock is on (js/shell/lock.js). */
const LOCKED_KEY = "attuned.lock";
/** Links somebody made and partners they asked, until the tab is closed or they leave. */
export const JOINS_PREFIX = "attuned.join.";
/** What somebody is typing in a bond (js/bonds/tools/drafts.js), in this tab. */
export const DRAFTS_PREFIX = "attuned.draft.";

/**
 * Whose things these are, the same before and after every renewal.
 * @param {Identity | null} identity
 * @returns {string} "" for nobody
 */
export function ownerOf(identity) {
  if (identity === null) return "";
  if (identity.kind === "anonymous") return `anon:${identity.id}`;
  return `user:${identity.id ?? subjectOf(identity.access)}`;
}

/** @param {string | null} kept @returns {Identity | null} */
function parsed(kept) {
  try {
    return JSON.parse(kept ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} token @returns {string} whose it is by its own words; the server checks, the page only sorts */
function subjectOf(token) {
  try {
    const [, claims = ""] = token.split(".");
    return JSON.parse(atob(claims.replace(/-/g, "+").replace(/_/g, "/"))).sub ?? "";
  } catch {
    return "";
  }
}

export class IdentityStore {
  /** How often somebody has left: what one person asked for is not asked again with the next one's token. */
  departures = 0;
  /** The login ended without the person's doing, in this visit; `waits`: answers of theirs that were not sent. */
  /** @type {{kind: Identity["kind"], waits: boolean} | null} */
  ended = null;
  /** Tell the other tabs. @type {(message: import("./tabs.js").Message) => void} */
  tell = () => {};
  /** Does each tab know by itself only who is here? (js/shell/vault.js) */
  get sealed() {
    return "locked" in this.lasting && read(this.lasting, LOCKED_KEY) !== null;
  }

  /** Called when the browser does not keep what it should keep. */
  notKept = () => {};

  /**
   * @param {Shelf} lasting stays after the browser is closed
   * @param {Shelf} fleeting goes with the tab
   */
  constructor(lasting, fleeting) {
    this.lasting = lasting;
    this.fleeting = fleeting;
  }

  get #shelves() {
    return [this.fleeting, this.lasting];
  }

  /** @returns {Identity | null} */
  current() {
    return parsed(read(this.fleeting, IDENTITY_KEY) ?? read(this.lasting, IDENTITY_KEY));
  }

  /** @returns {string} whose things are kept here now */
  owner() {
    return ownerOf(this.current());
  }

  /** Where what belongs to this person is kept: it lasts as long as their identity does. @returns {Shelf} */
  shelf() {
    return read(this.fleeting, IDENTITY_KEY) === null ? this.lasting : this.fleeting;
  }

  /** @returns {string | null} */
  token() {
    const identity = this.current();
    if (identity === null) return null;
    return identity.kind === "user" ? identity.access : identity.token;
  }

  /** @param {Identity} identity */
  save(identity) {
    const before = this.owner();
    const fleeting = identity.kind === "user" && !identity.remember;
    const [shelf, other] = fleeting ? [this.fleeting, this.lasting] : [this.lasting, this.fleeting];
    if (!write(shelf, IDENTITY_KEY, JSON.stringify(identity)) && !fleeting) this.notKept();
    drop(other, IDENTITY_KEY); // afterwards: the other tabs never see nobody in between
    this.ended = null;
    if (before !== ownerOf(identity)) takeBack(this.#shelves, shelf, ownerOf(identity));
    else carry(other, shelf, before);
    gatherWritten(this.#shelves, shelf, ownerOf(identity));
  }

  /**
   * Another tab keeps a login in the browser from now on. Where it was this tab's too, it lies there alone, under the app lock too.
   * @param {string | null} kept as it lies there
   */
  leaveTo(kept) {
    const owner = ownerOf(parsed(kept));
    const plain = "under" in this.fleeting ? [/** @type {Shelf} */ (this.fleeting.under)] : []; // locked already, and not sealed yet
    for (const shelf of [this.fleeting, ...plain])
      if (owner !== "" && owner === ownerOf(parsed(read(shelf, IDENTITY_KEY)))) drop(shelf, IDENTITY_KEY);
  }

  /** @param {string | null} name @param {boolean} completed */
  describe(name, completed) {
    const identity = this.current();
    if (identity !== null) this.save({ ...identity, name, completed });
  }

  /** The account has it, or no more, that they are an adult. @param {boolean} adult */
  describeAdult(adult) {
    const identity = this.current();
    if (identity?.kind === "user") this.save({ ...identity, adult });
  }

  /** Somebody leaves of their own will: in the other tabs too. */
  leave() {
    const owner = this.owner();
    this.clear();
    if (owner !== "") this.tell({ t: "left", owner });
  }

  /** Forget who was here, and everything of theirs. */
  clear() {
    const owner = this.owner();
    this.#go();
    forgetUnsent(this.#shelves, owner);
    for (const key of keysOf(this.fleeting, DRAFTS_PREFIX)) drop(this.fleeting, key);
    forgetWritten(this.#shelves, owner);
    this.ended = null;
  }

  /**
   * Their login is over, and they did not end it: what they had not sent yet waits for them. Nobody can come back as
   * the same anonymous player.
   */
  end() {
    const identity = this.current();
    if (identity === null) return;
    if (identity.kind === "user") setAside(this.shelf(), ownerOf(identity));
    else forgetUnsent(this.#shelves, ownerOf(identity));
    this.#go();
    this.ended = { kind: identity.kind, waits: isSetAside(this.#shelves, ownerOf(identity)) };
  }

  /** What has waited too long for somebody goes. */
  tidy() {
    forgetOld(this.#shelves);
    forgetOldWritten(this.#shelves);
  }

  #go() {
    this.departures++;
    for (const shelf of this.#shelves) {
      drop(shelf, IDENTITY_KEY);
      for (const key of keysOf(shelf, JOINS_PREFIX)) drop(shelf, key);
    }
  }
}
