/**
 * The server's time. A phone's own clock may be wrong by minutes, and may be set while a page is open: only how much
 * time has passed is taken from the phone, what time it is comes from the answers of the server.
 * @module
 */

const DATE_STEP_MS = 1000; // the Date header counts whole seconds, rounded down
const JUMP_MS = 2 * DATE_STEP_MS;

/** The server's time when the phone's steady clock stood at nought. @type {number | null} */
let zero = null;

/**
 * An answer has arrived. Each says "at least this late", so that the latest is the nearest; a jump is believed.
 * @param {string | null} date of its header
 * @param {number} [steady] milliseconds of a clock that is never set
 */
export function heardDate(date, steady = performance.now()) {
  const told = Date.parse(date ?? "");
  if (Number.isNaN(told)) return;
  const found = told - steady;
  if (zero === null || found > zero || zero - found > JUMP_MS + LATE_MS) zero = found;
}

const LATE_MS = 20_000; // how long an answer may have been on its way

/** @param {number} [steady] @returns {number} milliseconds; the phone's own time until an answer has come */
export function serverNow(steady = performance.now()) {
  return zero === null ? Date.now() : zero + steady;
}
