/**
 * Playing without an account: the browser makes its id, the server signs a token for it and renews it while it is used.
 * @module
 */

import { ApiError } from "../api.js";
import { uuid } from "../ui/uuid.js";

/** @typedef {import("../api.js").Api} Api */

const RENEW_AFTER_MS = 30 * 24 * 3600 * 1000;

/** @param {Api} api */
export async function playAnonymously(api) {
  const answer = await makeSession(api);
  api.identities.save({
    kind: "anonymous",
    id: answer.anonymous_session_id,
    token: answer.token,
    since: Date.now(),
    name: null,
    completed: false,
  });
}

/**
 * An id that somebody else has is answered with 409: another one then.
 * @param {Api} api
 * @returns {Promise<{anonymous_session_id: string, token: string}>}
 */
async function makeSession(api) {
  try {
    return await api.postAsNobody("/api/anonymous-sessions", { session_id: uuid(), adult: true });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "taken")) throw error;
    return api.postAsNobody("/api/anonymous-sessions", { session_id: uuid(), adult: true });
  }
}

/**
 * Renew a token that has been in use for a month; one that fails stays in use until it runs out.
 * @param {Api} api
 */
export async function renewIfOld(api) {
  const identity = api.identities.current();
  if (identity?.kind !== "anonymous" || Date.now() - identity.since < RENEW_AFTER_MS) return;
  try {
    const answer = await api.post("/api/anonymous-sessions", { session_id: identity.id, adult: true });
    api.identities.save({ ...identity, token: answer.token, since: Date.now() });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
