/**
 * The HTTP surface: one call for every route, with the caller's token, a renewal when it has run out, and one kind of
 * error for everything that goes wrong.
 * @module
 */

import { alone } from "./ui/alone.js";
import { uuid } from "./ui/uuid.js";

/** @typedef {import("./account/identity.js").IdentityStore} IdentityStore */
/** @typedef {import("./account/identity.js").UserIdentity} UserIdentity */
/** @typedef {{access_token: string, refresh_token: string, expires_in: number}} Tokens */

/**
 * What the server refused, or that it could not be reached (status 0, code "offline").
 */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {Record<string, string> | null} [fields]
   * @param {number} [retryAfter] seconds
   */
  constructor(status, code, message, fields = null, retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.retryAfter = retryAfter;
  }

  /** Could the same request succeed in a moment? */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const PATIENCE_MS = 20_000;
const INCOMPLETE = new Set(["adult_required", "profile_required"]);

export class Api {
  /** @type {Promise<boolean> | null} */
  #renewing = null;

  /**
   * @param {IdentityStore} identities
   * @param {() => void} changed called when the server no longer knows the caller, or wants to know more about them
   */
  constructor(identities, changed) {
    this.identities = identities;
    this.changed = changed;
  }

  /**
   * @param {string} path
   * @returns {Promise<any>}
   */
  get(path) {
    return this.#asCaller("GET", path, undefined, {});
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  post(path, body = {}) {
    return this.#asCaller("POST", path, body, {});
  }

  /**
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   */
  patch(path, body) {
    return this.#asCaller("PATCH", path, body, {});
  }

  /**
   * @param {string} path
   * @returns {Promise<any>}
   */
  delete(path) {
    return this.#asCaller("DELETE", path, undefined, {});
  }

  /**
   * Like post, for what must not be made twice: the retry after a lost answer carries the same key.
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   */
  async create(path, body) {
    const headers = { "Idempotency-Key": uuid() };
    try {
      return await this.#asCaller("POST", path, body, headers);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 0)) throw error;
      return this.#asCaller("POST", path, body, headers);
    }
  }

  /**
   * Without any token: signing in, registering, previews.
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   */
  postAsNobody(path, body) {
    return send("POST", path, body, {});
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {Record<string, string>} headers
   */
  async #asCaller(method, path, body, headers) {
    const token = this.identities.token();
    const { departures } = this.identities;
    try {
      return await send(method, path, body, { ...headers, ...bearer(token) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (INCOMPLETE.has(error.code)) {
        this.identities.describe(this.identities.current()?.name ?? null, false);
        this.changed();
      }
      if (error.status !== 401 || departures !== this.identities.departures) throw error;
      if (!(await this.#renewed(token))) {
        this.identities.clear();
        this.changed();
        throw error;
      }
      return send(method, path, body, { ...headers, ...bearer(this.identities.token()) });
    }
  }

  /**
   * Is there another token than the one that was refused? Only one renewal runs at a time, in all tabs together:
   * a refresh token that is used twice ends the login.
   * @param {string | null} refused
   */
  #renewed(refused) {
    this.#renewing ??= alone("attuned.renewal", this.identities.lasting, () => this.#renew(refused)).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** @param {string | null} refused */
  async #renew(refused) {
    const identity = this.identities.current();
    if (identity === null || identity.kind !== "user") return false;
    if (identity.access !== refused) return true; // another tab was faster
    try {
      this.keep(await send("POST", "/api/auth/refresh", { refresh_token: identity.refresh }, {}), identity);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.passing) throw error;
      return false;
    }
  }

  /**
   * @param {Tokens} tokens
   * @param {Pick<UserIdentity, "remember" | "name" | "completed">} known
   */
  keep(tokens, known) {
    const { remember, name, completed } = known;
    this.identities.save({
      kind: "user",
      access: tokens.access_token,
      refresh: tokens.refresh_token,
      remember,
      name,
      completed,
    });
  }
}

/** @param {string | null} token @returns {Record<string, string>} */
function bearer(token) {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object | undefined} body
 * @param {Record<string, string>} headers
 */
async function send(method, path, body, headers) {
  /** @type {RequestInit} */
  const init = { method, headers: { Accept: "application/json", ...headers }, credentials: "omit", cache: "no-store" };
  init.signal = AbortSignal.timeout(PATIENCE_MS);
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  const response = await fetch(path, init).catch(() => {
    throw new ApiError(0, "offline", "The server cannot be reached. Are you online?");
  });
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  const { code = "refused", message = "That did not work.", fields = null } = answer?.error ?? {};
  throw new ApiError(response.status, code, message, fields, Number(response.headers.get("Retry-After")) || 0);
}
