/**
 * The server's time. A phone's own clock may be wrong by minutes, and may be set while a page is open: only how much
 * time has passed is taken from the phone, what time it is comes from the answers of the server.
 * @module
 */

const STEP_MS = 999; // the Date header leaves out what is under a second: a countdown is rather too short than too long
const DOUBT_MS = 20_000; // what an answer may have been late by

/** The server's time when the phone's steady clock stood at nought. @type {number | null} */
let zero = null;

/**
 * An answer has arrived. Each says "at least this late", so the latest of them is the nearest; a jump back is believed.
 * @param {string | null} date of its header
 * @param {number} [steady] milliseconds of a clock that is never set
 */
export function heardDate(date, steady = performance.now()) {
  const told = Date.parse(date ?? "");
  if (Number.isNaN(told)) return;
  const found = told + STEP_MS - steady;
  if (zero === null || found > zero || zero - found > DOUBT_MS) zero = found;
}

/** @param {number} [steady] @returns {number} milliseconds; the phone's own time until an answer has come */
export function serverNow(steady = performance.now()) {
  return zero === null ? Date.now() : zero + steady;
}
