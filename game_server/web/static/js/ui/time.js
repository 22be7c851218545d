/**
 * Countdowns, by the server's clock where it is known.
 * @module
 */

/**
 * @param {string | null | undefined} until RFC 3339
 * @param {number} now milliseconds
 * @returns {number} whole seconds left, never below 0
 */
export function secondsLeft(until, now) {
  if (!until) return 0;
  return Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
}

/** @param {number} seconds @returns {string} such as 4:07 */
export function clock(seconds) {
  const rest = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Call `tick` now and then every second while the page is open; the answer stops it.
 * @param {() => void} tick
 * @returns {() => void}
 */
export function everySecond(tick) {
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
}
