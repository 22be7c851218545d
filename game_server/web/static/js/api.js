/**
 * The HTTP surface: one call for every route, with the caller's token, a renewal when it has run out, and one kind of
 * error for everything that goes wrong.
 * @module
 */

import { ownerOf } from "./account/identity.js";
import { alone } from "./ui/alone.js";
import { heardDate } from "./ui/servertime.js";
import { language } from "./ui/tongue.js";
import { uuid } from "./ui/uuid.js";

/** @typedef {import("./account/identity.js").Identity} Identity */
/** @typedef {import("./account/identity.js").IdentityStore} IdentityStore */
/** @typedef {import("./account/identity.js").UserIdentity} UserIdentity */
/**
 * @typedef {{id?: string, display_name?: string | null, profile_completed?: boolean,
 *   adult_confirmed_at?: string | null, language?: string}} Account
 */
/** @typedef {{access_token: string, refresh_token: string, expires_in: number, user?: Account}} Tokens */

/**
 * What the server refused, or that no answer of it came (status 0, code "offline" or "slow"): then nobody knows
 * whether it was done.
 */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {Record<string, string> | null} [fields]
   * @param {number} [retryAfter] seconds
   * @param {any} [current] of what was changed meanwhile: how it is now
   */
  constructor(status, code, message, fields = null, retryAfter = 0, current = null) {
    super(message);
    this.current = current;
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.retryAfter = retryAfter;
  }

  /** Could the same request succeed in a moment? */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** May it have been done, although no answer says so? */
  get unknown() {
    return this.status === 0 || this.status >= 500;
  }
}

const PATIENCE_MS = 20_000;
const FILE_PATIENCE_MS = 300_000;
const RENEWAL_PAUSES_MS = [300, 1000];
/** Who is sent away from here is known by a cookie when they come back; nothing else has any. */
const SENT_AWAY = new Set(["/api/notion/oauth/start"]);
const INCOMPLETE = new Set(["adult_required", "profile_required"]);
const EMPTY = new Set([204, 205]);

export class Api {
  /** @type {Promise<boolean> | null} */
  #renewing = null;
  /** What was asked for and not answered yet, and under which key. @type {Map<string, string>} */
  #unanswered = new Map();
  /** Whose erasure was asked for without an answer. @type {string | null} */
  #erasing = null;
  /** Look whether another tab has newer tokens. @type {(mine: UserIdentity) => Promise<void>} */
  catchUp = async () => {};

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
   * @param {number} [patienceMs] for the answer
   * @returns {Promise<any>}
   */
  get(path, patienceMs = PATIENCE_MS) {
    return this.#asCaller("GET", path, undefined, {}, patienceMs);
  }

  /**
   * A file, which may be large and take a while.
   * @param {string} path
   * @returns {Promise<Blob>}
   */
  file(path) {
    return this.#asCaller("GET", path, undefined, {}, FILE_PATIENCE_MS, (response) => response.blob());
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @param {number} [patienceMs] for the answer
   * @returns {Promise<any>}
   */
  post(path, body = {}, patienceMs = PATIENCE_MS) {
    return this.#asCaller("POST", path, body, {}, patienceMs);
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
   * @param {object} body
   * @returns {Promise<any>}
   */
  put(path, body) {
    return this.#asCaller("PUT", path, body, {});
  }

  /**
   * @param {string} path
   * @returns {Promise<any>}
   */
  delete(path) {
    return this.#asCaller("DELETE", path, undefined, {});
  }

  /**
   * Like post, for what must not be made twice: every retry after a lost answer carries the same key, also when the
   * person presses again.
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   */
  create(path, body) {
    const caller = this.identities.owner();
    return this.#keyed(`${caller} ${path}`, body, (headers) => this.#asCaller("POST", path, body, headers));
  }

  /**
   * Like create, under a key that its asker keeps: also when the page is opened again it is made once.
   * @param {string} path
   * @param {object} body also what a form sends with a file, or a file itself
   * @param {string} key
   * @returns {Promise<any>}
   */
  createAs(path, body, key) {
    const isFile = body instanceof FormData || body instanceof Blob;
    return this.#asCaller("POST", path, body, { "Idempotency-Key": key }, isFile ? FILE_PATIENCE_MS : PATIENCE_MS);
  }

  /**
   * An answer that comes piece by piece, for as long as whoever asks wants it.
   * @param {"GET" | "POST"} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {AbortSignal} until
   * @param {string} [key] under which it is made once
   * @returns {Promise<Response>}
   */
  stream(method, path, body, until, key) {
    const headers = { Accept: "text/event-stream", ...(key === undefined ? {} : { "Idempotency-Key": key }) };
    return this.#asCaller(method, path, body, headers, until, async (response) => response);
  }

  /**
   * Where the browser itself can fetch a picture for a while, without a token: the address that its own leads to.
   * @param {string} path
   * @returns {Promise<string>}
   */
  address(path) {
    return this.#asCaller("GET", path, undefined, {}, PATIENCE_MS, async (response) => {
      void response.body?.cancel();
      return response.url;
    });
  }

  /**
   * Like create, for what changes and must not be changed twice.
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   */
  alter(path, body) {
    const caller = this.identities.owner();
    return this.#keyed(`${caller} PATCH ${path}`, body, (headers) => this.#asCaller("PATCH", path, body, headers));
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
   * Like create, for who has no token yet.
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   */
  createAsNobody(path, body) {
    return this.#keyed(
      path,
      body,
      (headers) => send("POST", path, body, headers),
      () => `${uuid()}.${uuid()}`,
    );
  }

  /**
   * Erase the caller. When the answer was lost, a login that nobody knows any more is the answer.
   * @param {string} path
   * @returns {Promise<void>}
   */
  async erase(path) {
    const owner = this.identities.owner();
    const again = this.#erasing === owner;
    if (!again && this.identities.current()?.kind === "user") await this.get("/api/me"); // with a token that holds
    const token = this.identities.token();
    try {
      await send("DELETE", path, undefined, bearer(token));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const refused = again && error.status === 401;
      this.#erasing = error.unknown || refused ? owner : null;
      if (!refused) throw error;
      if (await this.#renewed(token)) return this.erase(path); // it had only run out meanwhile
    }
    this.#erasing = null;
  }

  /**
   * End a login that this browser has forgotten already.
   * @param {UserIdentity} gone
   */
  async endLogin(gone) {
    try {
      await send("POST", "/api/auth/logout", {}, bearer(gone.access));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      const fresh = await renewed(gone.refresh);
      if (fresh !== null) await send("POST", "/api/auth/logout", {}, bearer(fresh.access_token));
    }
  }

  /**
   * @param {string} about what is asked for
   * @param {object} body
   * @param {(headers: Record<string, string>) => Promise<any>} ask
   * @param {() => string} [newKey] where nobody is asking yet the key is a secret, and has to be longer
   */
  async #keyed(about, body, ask, newKey = uuid) {
    const what = `${about} ${JSON.stringify(body)}`;
    const key = this.#unanswered.get(what) ?? newKey();
    this.#unanswered.set(what, key);
    const headers = { "Idempotency-Key": key };
    try {
      const answer = await ask(headers).catch((error) => {
        if (!(error instanceof ApiError && error.status === 0)) throw error;
        return ask(headers);
      });
      this.#unanswered.delete(what);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError && error.unknown)) this.#unanswered.delete(what);
      throw error;
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {Record<string, string>} headers
   * @param {number | AbortSignal} [patienceMs] or until when
   * @param {(response: Response) => Promise<any>} [read] what is answered, where that is no JSON
   */
  async #asCaller(method, path, body, headers, patienceMs = PATIENCE_MS, read = undefined) {
    const token = this.identities.token();
    const owner = this.identities.owner();
    const { departures } = this.identities;
    const same = () => departures === this.identities.departures && owner === this.identities.owner();
    try {
      return await send(method, path, body, { ...headers, ...bearer(token) }, patienceMs, read);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (INCOMPLETE.has(error.code) && same()) {
        if (error.code === "adult_required") this.identities.describeAdult(false);
        this.identities.describe(this.identities.current()?.name ?? null, false);
        this.changed();
      }
      if (error.status !== 401 || !same()) throw error;
      const known = await this.#renewed(token);
      if (!same()) throw error; // nobody asks with the next one's token
      if (!known) {
        this.identities.end();
        this.changed();
        throw error;
      }
      return send(method, path, body, { ...headers, ...bearer(this.identities.token()) }, patienceMs, read);
    }
  }

  /**
   * Is there another token than the one that was refused? Only one renewal runs at a time, in all tabs together.
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
    const asking = this.identities.current();
    if (asking?.kind !== "user") return false;
    if (asking.access === refused) await this.catchUp(asking);
    const identity = this.identities.current();
    if (identity?.kind !== "user" || ownerOf(identity) !== ownerOf(asking)) return false;
    if (identity.access !== refused) return true; // another tab was faster
    const { departures } = this.identities;
    const fresh = await renewed(identity.refresh);
    if (fresh === null) return false;
    if (departures !== this.identities.departures) return false; // they signed out meanwhile: nobody is signed in again
    this.keep(fresh, identity);
    const now = this.identities.current();
    if (now?.kind === "user") this.identities.tell({ t: "renewed", replaced: identity.refresh, identity: now });
    return true;
  }

  /**
   * @param {Tokens} tokens
   * @param {Pick<UserIdentity, "id" | "remember" | "name" | "completed" | "adult">} known
   */
  keep(tokens, known) {
    const { remember, name, completed } = known;
    const id = tokens.user?.id ?? known.id;
    const told = tokens.user?.adult_confirmed_at;
    const adult = told === undefined ? known.adult : told !== null;
    this.identities.save({
      kind: "user",
      ...(id === undefined ? {} : { id }),
      access: tokens.access_token,
      refresh: tokens.refresh_token,
      remember,
      name,
      completed,
      ...(adult === undefined ? {} : { adult }),
    });
  }
}

/** @param {string | null} token @returns {Record<string, string>} */
function bearer(token) {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/**
 * Exchange a refresh token. An answer may be lost after the server has given it: the same token gets the same answer
 * again, so it is asked again. Only a clear "no" ends the login.
 * @param {string} refresh
 * @returns {Promise<Tokens | null>} null: the login has ended
 */
async function renewed(refresh) {
  for (let tries = 0; ; tries++) {
    try {
      const tokens = await send("POST", "/api/auth/refresh", { refresh_token: refresh }, {});
      if (typeof tokens?.access_token === "string") return tokens;
      throw noAnswer("offline");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) return null;
      const pause = error.unknown && error.code !== "slow" ? RENEWAL_PAUSES_MS[tries] : undefined;
      if (pause === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** @param {"offline" | "slow"} code */
function noAnswer(code) {
  const words = code === "slow" ? "The server takes too long to answer." : "The server cannot be reached.";
  return new ApiError(0, code, words);
}

/** @param {unknown} error what fetch or reading its answer threw @returns {never} */
function lost(error) {
  throw noAnswer(error instanceof DOMException && error.name === "TimeoutError" ? "slow" : "offline");
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object | undefined} body
 * @param {Record<string, string>} headers
 * @param {number | AbortSignal} [patienceMs] or until when
 * @param {(response: Response) => Promise<any>} [read] what is answered, where that is no JSON
 */
async function send(method, path, body, headers, patienceMs = PATIENCE_MS, read = undefined) {
  /** @type {RequestInit} */
  const init = {
    method,
    headers: { Accept: "application/json", "Accept-Language": language(), ...headers },
    credentials: SENT_AWAY.has(path) ? "same-origin" : "omit",
    cache: "no-store",
  };
  init.signal = typeof patienceMs === "number" ? AbortSignal.timeout(patienceMs) : patienceMs;
  if (body instanceof FormData || body instanceof Blob) {
    init.body = body; // the browser says itself what it is
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  const response = await fetch(path, init).catch(lost);
  heardDate(response.headers.get("Date"));
  if (EMPTY.has(response.status)) return null;
  if (response.ok && read !== undefined) return read(response).catch(lost);
  const answer = parsed(await response.text().catch(lost));
  if (response.ok && answer !== undefined) return answer;
  if (response.ok) throw noAnswer("offline"); // somebody in between has answered, a hotel's door for example
  const { code = "refused", message = "That did not work.", fields = null } = answer?.error ?? {};
  throw new ApiError(response.status, code, message, fields, Number(response.headers.get("Retry-After")) || 0, answer?.current ?? null);
}

/** @param {string} text @returns {any} undefined: no JSON */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
