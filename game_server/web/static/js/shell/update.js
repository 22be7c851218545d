/**
 * When a newer version of the page is taken: never while a game is open, and never under somebody's hands.
 * @module
 */

/**
 * @typedef {object} Standing
 * @property {boolean} waiting a newer version is ready
 * @property {boolean} taken it runs already: another tab has taken it, and this one is still the old page
 * @property {boolean} room a game is open on this page
 * @property {boolean} elsewhere a game is open in another tab, which a newer version would take its files from
 * @property {boolean} asked the person said so
 * @property {boolean} moved between two screens, where nothing is lost
 */
/** @typedef {"nothing" | "offer" | "take" | "reload"} Decision reload: this page alone */

/** @param {Standing} standing @returns {Decision} */
export function decide({ waiting, taken, room, elsewhere, asked, moved }) {
  if (room || !(waiting || taken)) return "nothing";
  if (!waiting) return asked || moved ? "reload" : "offer";
  if (elsewhere) return "nothing";
  return asked || moved ? "take" : "offer";
}
