/**
 * The survey's questions, asked for once in a visit.
 * @module
 */

import { language } from "../ui/tongue.js";

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

/** The same questions as the page keeps them for when there is no connection, in its language. @returns {Promise<Survey | null>} null: it does not */
export async function keptCatalog() {
  try {
    const answer = await fetch(`/survey-questions.json?language=${language()}`, { credentials: "omit" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
