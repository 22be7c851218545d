/**
 * The survey's questions, asked for once in a visit.
 * @module
 */

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("./questions.js").Survey} Survey */

/** @type {Promise<Survey> | null} */
let loaded = null;

/** @param {Api} api @returns {Promise<Survey>} */
export function catalog(api) {
  loaded ??= api.get("/api/survey").catch((error) => {
    loaded = null;
    throw error;
  });
  return /** @type {Promise<Survey>} */ (loaded);
}
