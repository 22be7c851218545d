/**
 * What characters there can be here: whoever runs the server decides who plays and paints them, or that nobody does.
 * @module
 */

import { ApiError } from "../api.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("../app.js").App} App */
/** @typedef {import("./character.js").Provider} Provider */
/**
 * @typedef {object} Offers
 * @property {readonly Provider[]} providers who can play one; nobody: there are none here
 * @property {boolean} images can anybody paint them?
 * @property {readonly string[]} styles how
 */

/** @type {Offers} */
const NOTHING = { providers: [], images: false, styles: [] };

/** The same for everybody, so it is asked for once in a visit. @type {Promise<Offers> | null} */
let asked = null;

/** Throws ApiError. @param {Api} api @returns {Promise<Offers>} */
export function offers(api) {
  asked ??= read(api).catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** @param {Api} api @returns {Promise<Offers>} */
async function read(api) {
  try {
    return await api.get("/api/kinksters/providers");
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return NOTHING;
    throw error;
  }
}

/** Who plays a new one, unless somebody else is chosen. @param {Offers} offered @returns {Provider | undefined} */
export function usualPlayer({ providers }) {
  return providers.includes("openai_responses") ? "openai_responses" : providers[0];
}

/**
 * Is there anything to lead to? Whoever has no account, or has not said that they are an adult, is led nowhere; nor where it cannot be told.
 * @param {App} app @returns {Promise<boolean>}
 */
export async function areOffered({ api, identities }) {
  const mine = identities.current();
  if (mine?.kind !== "user" || mine.adult === false) return false;
  try {
    return (await offers(api)).providers.length > 0;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
