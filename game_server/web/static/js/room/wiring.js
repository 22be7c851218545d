/**
 * What a line needs of a browser: a ticket, a socket, timers, dice, and a clock that never jumps.
 * @module
 */

import { ApiError } from "../api.js";
import { uuid } from "../ui/uuid.js";

/** @typedef {import("../app.js").App} App */

/** When a line may have died without a word: the network changed, or the phone was elsewhere. */
const DOUBTS = /** @type {const} */ (["online", "offline", "pageshow", "focus"]);

/**
 * @param {App} app
 * @param {string} path of the socket
 * @param {object} about what a ticket is asked for
 */
export function browserWiring(app, path, about) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const address = `${scheme}//${location.host}${path}`;
  return {
    ticket: async (/** @type {number} */ patienceMs) => (await app.api.post("/api/ws-tickets", about, patienceMs)).ticket,
    open: (/** @type {string[]} */ protocols) => new WebSocket(address, protocols),
    verdict,
    after: (/** @type {() => void} */ act, /** @type {number} */ ms) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    dice: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    id: uuid,
    now: () => performance.now(),
  };
}

/** Is another try for a ticket worth it? @param {unknown} error */
function verdict(error) {
  if (!(error instanceof ApiError)) throw error;
  return { again: error.passing, reason: error.code, afterMs: error.retryAfter * 1000 };
}

/** Called whenever a line is worth a test. @param {() => void} test @returns {() => void} stop */
export function onDoubt(test) {
  const seen = () => {
    if (document.visibilityState === "visible") test();
  };
  for (const event of DOUBTS) addEventListener(event, test);
  document.addEventListener("visibilitychange", seen);
  return () => {
    for (const event of DOUBTS) removeEventListener(event, test);
    document.removeEventListener("visibilitychange", seen);
  };
}
