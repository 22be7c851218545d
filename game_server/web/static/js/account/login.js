/**
 * Accounts of the server's own sign-up: register, sign in and out, a forgotten password.
 * @module
 */

import { ApiError } from "../api.js";
import { keepLanguage } from "./language.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("../api.js").Tokens} Tokens */
/** @typedef {import("./identity.js").UserIdentity} UserIdentity */

/**
 * @param {Api} api
 * @param {string} email
 * @param {string} password
 * @param {boolean} remember
 */
export async function login(api, email, password, remember) {
  await takeIn(api, await api.postAsNobody("/api/auth/login", { email, password }), remember);
}

/**
 * @param {Api} api
 * @param {string} email
 * @param {string} password
 * @param {boolean} remember
 * @returns {Promise<{here: boolean, notice: string | null}>} not here: the server answers by mail, the same for known and new
 *   addresses
 */
export async function register(api, email, password, remember) {
  const answer = await api.createAsNobody("/api/auth/register", { email, password, adult: true });
  if (!answer?.access_token) return { here: false, notice: answer?.message ?? null };
  await takeIn(api, answer, remember);
  return { here: true, notice: answer.notice ?? null };
}

/**
 * @param {Api} api
 * @param {string} email
 * @returns {Promise<string>} what happens now, the same for known and unknown addresses
 */
export async function requestReset(api, email) {
  return (await api.postAsNobody("/api/auth/password-reset", { email })).message;
}

/** @param {Api} api @param {string} token @param {string} password */
export async function confirmReset(api, token, password) {
  await api.postAsNobody("/api/auth/password-reset/confirm", { token, password });
}

/** @param {Api} api @param {string} token @param {string} password theirs from then on */
export async function confirmEmail(api, token, password) {
  await api.postAsNobody("/api/auth/confirm-email", { token, password });
}

/** @param {Api} api @param {string} token of a mail's link against further requests */
export async function refuseMails(api, token) {
  await api.postAsNobody("/api/mail/refused", { token });
}

/**
 * Forget who was here at once, and tell the server.
 * @param {Api} api
 * @returns {Promise<UserIdentity | null>} a login that is still open there, because the server could not be told
 */
export async function signOut(api) {
  const identity = api.identities.current();
  api.identities.leave();
  if (identity?.kind !== "user") return null;
  try {
    await api.endLogin(identity);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.passing) return identity;
  }
  return null;
}

/**
 * Erase whoever is here, on the server and in this browser. Throws while that is not certain; pressing again is safe.
 * @param {Api} api
 */
export async function eraseMe(api) {
  await api.erase(api.identities.current()?.kind === "user" ? "/api/me" : "/api/anonymous-sessions");
  api.identities.leave();
}

/**
 * @param {Api} api
 * @param {Tokens} tokens
 * @param {boolean} remember
 */
async function takeIn(api, tokens, remember) {
  const { user } = tokens;
  api.keep(tokens, { remember, name: user?.display_name ?? null, completed: user?.profile_completed === true });
  if (user !== undefined) return void keepLanguage(api, user);
  const me = await api.get("/api/me");
  api.identities.describeAdult((me.adult_confirmed_at ?? null) !== null);
  api.identities.describe(me.display_name ?? null, me.profile_completed === true);
  void keepLanguage(api, me);
}
