/**
 * How long to wait before the next try: doubling from half a second to thirty, a random part of it, so that many phones
 * do not come back at the same moment.
 * @module
 */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * @param {number} attempt 0 for the first
 * @param {number} dice in [0, 1)
 */
export function backoff(attempt, dice) {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(most * (0.5 + 0.5 * dice));
}
