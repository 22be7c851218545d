/**
 * One tab at a time. Browsers have locks for that on https only; elsewhere a note in the storage that the tabs share
 * does, with an end in case its tab is closed.
 * @module
 */

import { drop, read, write } from "./kept.js";
import { uuid } from "./uuid.js";

/** @typedef {import("./kept.js").Shelf} Shelf */

const HELD_MS = 25_000; // longer than a request may take
const SETTLES_MS = 60;
const LOOK_AGAIN_MS = 120;

/**
 * @template T
 * @param {string} name
 * @param {Shelf} shelf shared by the tabs
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function alone(name, shelf, act) {
  if (globalThis.navigator?.locks) return await navigator.locks.request(name, act);
  const mine = uuid();
  while (!(await taken(name, shelf, mine))) await pause(LOOK_AGAIN_MS);
  try {
    return await act();
  } finally {
    if (holder(name, shelf) === mine) drop(shelf, name);
  }
}

/**
 * Write the note, and see whether it stood against a tab that wrote at the same moment.
 * @param {string} name
 * @param {Shelf} shelf
 * @param {string} mine
 */
async function taken(name, shelf, mine) {
  if (holder(name, shelf) !== null) return false;
  write(shelf, name, `${mine} ${Date.now() + HELD_MS}`);
  await pause(SETTLES_MS);
  return holder(name, shelf) === mine;
}

/** @param {string} name @param {Shelf} shelf @returns {string | null} */
function holder(name, shelf) {
  const [who = null, until] = (read(shelf, name) ?? "").split(" ");
  const left = Number(until) - Date.now();
  return who !== null && left > 0 && left <= HELD_MS ? who : null; // more: the phone's clock was set back meanwhile
}

/** @param {number} ms @returns {Promise<void>} */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
