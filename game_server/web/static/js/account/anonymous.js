/**
 * Playing without an account: the browser makes its id, the server signs a token for it and renews it while it is used.
 * @module
 */

import { ApiError } from "../api.js";
import { serverNow } from "../ui/servertime.js";
import { uuid } from "../ui/uuid.js";

/** @typedef {import("../api.js").Api} Api */

const RENEW_AFTER_MS = 30 * 24 * 3600 * 1000;

/** @param {Api} api */
export async function playAnonymously(api) {
  const answer = await makeSession(api);
  unused = uuid();
  api.identities.save({
    kind: "anonymous",
    id: answer.anonymous_session_id,
    token: answer.token,
    since: serverNow(),
    name: null,
    completed: false,
  });
}

let unused = uuid();

/**
 * An id that somebody else has is answered with 409: another one then. While no answer has come it stays the same, so
 * that pressing again makes nobody twice.
 * @param {Api} api
 * @returns {Promise<{anonymous_session_id: string, token: string}>}
 */
async function makeSession(api) {
  const make = () => api.createAsNobody("/api/anonymous-sessions", { session_id: unused, adult: true });
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "taken")) throw error;
    unused = uuid();
    return make();
  }
}

/**
 * Renew a token that has been in use for a month; one that fails stays in use until it runs out.
 * @param {Api} api
 */
export async function renewIfOld(api) {
  const identity = api.identities.current();
  if (identity?.kind !== "anonymous" || Math.abs(serverNow() - identity.since) < RENEW_AFTER_MS) return;
  try {
    const answer = await api.post("/api/anonymous-sessions", { session_id: identity.id, adult: true });
    const now = api.identities.current();
    if (now?.kind !== "anonymous" || now.id !== identity.id) return; // they left meanwhile
    api.identities.save({ ...now, token: answer.token, since: serverNow() });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
