/**
 * A PIN, and what becomes of wrong ones. Pure: what it keeps, keeps the lock.
 * @module
 */

/** @typedef {{tries: number, until: number}} Wrong how many in a row, and when the next may be tried, milliseconds */
/** @typedef {{left: number, waitMs: number}} Chance */

export const SHORTEST = 6;
export const LONGEST = 12;
/** As OWASP has it for PBKDF2 with SHA-256, in 2023. */
export const ROUNDS = 600_000;
export const MOST_TRIES = 10;
const SECOND_MS = 1000;
/** After so many wrong ones in a row. */
const WAITS_S = [0, 0, 0, 5, 15, 30, 60, 300, 900, 1800];
const LONGEST_WAIT_MS = Math.max(...WAITS_S) * SECOND_MS;

/** @param {string} pin @returns {"short" | "digits" | "easy" | null} what is wrong with it as a new one */
export function fault(pin) {
  if (!/^\d*$/.test(pin)) return "digits";
  if (pin.length < SHORTEST || pin.length > LONGEST) return "short";
  const steps = new Set([...pin].slice(1).map((digit, at) => (Number(digit) - Number(pin[at]) + 10) % 10));
  const [step] = steps;
  return steps.size === 1 && (step === 0 || step === 1 || step === 9) ? "easy" : null; // 000000, 123456, 987654
}

/** @param {Wrong} wrong @param {number} now @returns {Chance} */
export function chance({ tries, until }, now) {
  const wait = Math.max(0, until - now);
  return { left: MOST_TRIES - tries, waitMs: Math.min(wait, LONGEST_WAIT_MS) }; // the phone's clock may have been set back
}

/** One more is tried: it counts before it is looked at, so that closing the page gives none back. @param {Wrong} wrong @param {number} now @returns {Wrong} */
export function tried({ tries }, now) {
  const count = tries + 1;
  return { tries: count, until: now + (WAITS_S[count] ?? 0) * SECOND_MS };
}

/** @param {Wrong} wrong are there no more? */
export function spent({ tries }) {
  return tries >= MOST_TRIES;
}

/**
 * The key that a PIN makes; it can wrap and open, and not be read.
 * @param {string} pin
 * @param {Uint8Array<ArrayBuffer>} salt
 * @param {number} rounds
 * @returns {Promise<CryptoKey>}
 */
export async function keyOf(pin, salt, rounds) {
  const word = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, word, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
