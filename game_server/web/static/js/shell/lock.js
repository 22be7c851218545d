/**
 * The app lock: a PIN, and a passkey where the phone has one that can keep a secret, open what this browser has stored.
 *
 * A random key seals the stored login (vault.js); the PIN's key, and the passkey's, each seal that key. Neither PIN nor key
 * is kept. After ten wrong PINs in a row what was sealed is dropped, and one signs in again.
 * @module
 */

import { alone } from "../ui/alone.js";
import { shelf } from "../ui/kept.js";
import { passkeySecret, makePasskey } from "./passkey.js";
import { chance, keyOf, ROUNDS, spent, tried } from "./pin.js";
import { bytes64, keyFrom, random, seal, text64, unseal } from "./sealing.js";
import { Vault } from "./vault.js";

/** @typedef {import("../ui/kept.js").Shelf} Shelf */
/** @typedef {{now?: () => number, rounds?: number, fleeting?: Shelf}} Outside rounds: of the PIN's key; fleeting: goes with the tab */
/** @typedef {import("./sealing.js").Sealed} Sealed */
/** @typedef {import("./sealing.js").Bytes} Bytes */
/** @typedef {import("./pin.js").Chance} Chance */
/** @typedef {Sealed & {id: string, salt: string}} Passkey */
/**
 * @typedef {object} Kept
 * @property {"anonymous" | "user"} kind who is locked
 * @property {number} after seconds in the background
 * @property {number} digits
 * @property {string} salt
 * @property {number} rounds
 * @property {Sealed} pin
 * @property {number} tries
 * @property {number} until
 * @property {Passkey | null} passkey
 */
/** @typedef {{t: "open"} | {t: "dropped"} | {t: "later"} | {t: "wrong"} & Chance} Outcome later: it was too early for another try */

export const LOCK_KEY = "attuned.lock";
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** Can this page lock anything? Browsers let pages seal only on https, and on this machine. */
export function canSeal() {
  return Boolean(globalThis.crypto?.subtle);
}

export class Lock {
  /** @param {Shelf} under @param {Outside} [outside] */
  constructor(under, { now = Date.now, rounds = ROUNDS, fleeting = shelf("sessionStorage") } = {}) {
    this.under = under;
    this.now = now;
    this.rounds = rounds;
    this.vault = new Vault(under, () => this.on);
    /** What goes with this tab, under the same key. */
    this.tab = new Vault(fleeting, () => this.on);
  }

  get #vaults() {
    return [this.vault, this.tab];
  }

  /** @returns {Kept | null} */
  kept() {
    try {
      return JSON.parse(this.under.getItem(LOCK_KEY) ?? "null");
    } catch {
      return null;
    }
  }

  get on() {
    return this.kept() !== null;
  }

  get locked() {
    return this.vault.locked;
  }

  /** @returns {Chance} */
  get chance() {
    return chance(this.kept() ?? { tries: 0, until: 0 }, this.now());
  }

  /** Switch it on for whoever is here. @param {string} pin @param {Pick<Kept, "kind" | "after">} about */
  async set(pin, { kind, after }) {
    const raw = random(KEY_BYTES);
    const salt = random(SALT_BYTES);
    const sealed = await seal(await keyOf(pin, salt, this.rounds), raw);
    const key = await keyFrom(raw);
    const drops = await Promise.all(this.#vaults.map((each) => each.begin(key)));
    const fresh = { kind, after, digits: pin.length, salt: text64(salt), rounds: this.rounds, pin: sealed };
    this.#keep({ ...fresh, tries: 0, until: 0, passkey: null });
    for (const drop of drops) drop(); // last: a page that is closed in between has lost nothing
  }

  /** @param {string} pin @returns {Promise<Outcome>} */
  open(pin) {
    return this.#tryOut(pin, (raw) => this.#unseal(raw));
  }

  /** Switch it off. @param {string} pin @returns {Promise<Outcome>} */
  off(pin) {
    return this.#tryOut(pin, async (raw) => {
      await this.#unseal(raw);
      this.under.removeItem(LOCK_KEY);
      for (const each of this.#vaults) each.end();
    });
  }

  /** @param {Bytes} raw the key */
  async #unseal(raw) {
    const key = await keyFrom(raw);
    await Promise.all(this.#vaults.map((each) => each.open(key)));
  }

  /** Let a passkey of this phone open it too. @param {string} pin @returns {Promise<Outcome | {t: "unable"}>} */
  async addPasskey(pin) {
    const salt = random(KEY_BYTES);
    /** @type {{t: "unable"} | null} */
    let unable = null;
    const outcome = await this.#tryOut(pin, async (raw) => {
      const made = await makePasskey(salt);
      const kept = this.kept();
      if (made === null || kept === null) return void (unable = { t: "unable" });
      const sealed = await seal(await keyFrom(made.secret), raw);
      this.#keep({ ...kept, passkey: { ...sealed, id: text64(made.id), salt: text64(salt) } });
    });
    return unable ?? outcome;
  }

  dropPasskey() {
    const kept = this.kept();
    if (kept !== null) this.#keep({ ...kept, passkey: null });
  }

  /** @returns {Promise<boolean>} */
  async openByPasskey() {
    const passkey = this.kept()?.passkey ?? null;
    if (passkey === null) return false;
    const secret = await passkeySecret(bytes64(passkey.id), bytes64(passkey.salt));
    const raw = secret === null ? null : await unseal(await keyFrom(secret), passkey);
    if (raw === null) return false;
    this.#right();
    await this.#unseal(raw);
    return true;
  }

  /** @param {Kept["kind"]} kind of who is here now */
  describe(kind) {
    const kept = this.kept();
    if (kept !== null) this.#keep({ ...kept, kind });
  }

  /** @param {number} after seconds */
  wait(after) {
    const kept = this.kept();
    if (kept !== null) this.#keep({ ...kept, after });
  }

  /** The PIN is forgotten, or was guessed at too often: whoever was here signs in again. */
  forget() {
    for (const each of this.#vaults) each.forget();
    this.under.removeItem(LOCK_KEY);
  }

  /** Is nothing sealed? */
  get empty() {
    return this.#vaults.every((each) => each.empty);
  }

  /** Nothing is readable any more; what is on its way from the server is still sealed when it comes. */
  shut() {
    for (const each of this.#vaults) each.shut();
  }

  /** Nothing is on its way any more. */
  settle() {
    for (const each of this.#vaults) each.settle();
  }

  /** It was taken off in another tab: that one has put back what all share, this one puts back its own. */
  ended() {
    if (this.on) return;
    this.tab.end();
    this.vault.shut();
    this.vault.settle();
  }

  /** One at a time in all tabs, and counted before it is looked at. @param {string} pin @param {(raw: Bytes) => Promise<void>} act @returns {Promise<Outcome>} */
  #tryOut(pin, act) {
    return alone("attuned.lock.try", this.under, async () => {
      const kept = this.kept();
      if (kept === null) return { t: "dropped" };
      if (this.chance.waitMs > 0) return { t: "later" };
      const counted = { ...kept, ...tried(kept, this.now()) };
      this.#keep(counted);
      const raw = await unseal(await keyOf(pin, bytes64(kept.salt), kept.rounds), kept.pin);
      if (raw !== null) {
        this.#right();
        await act(raw);
        return { t: "open" };
      }
      if (!spent(counted)) return { t: "wrong", ...this.chance };
      this.forget();
      return { t: "dropped" };
    });
  }

  #right() {
    const kept = this.kept();
    if (kept !== null) this.#keep({ ...kept, tries: 0, until: 0 });
  }

  /** @param {Kept} kept */
  #keep(kept) {
    this.under.setItem(LOCK_KEY, JSON.stringify(kept));
  }
}
