/**
 * Somebody's Notion as the server tells of it, what they do with it, and every change while they look: a run is followed as long as it is
 * under way, and all else is looked at again and again.
 * @module
 */

import { ApiError } from "../api.js";
import { announce, notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";
import { STATUS } from "./offers.js";
import { brokenWords } from "./words.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {"off" | "plain" | "words"} Way how a kind flows: not at all, without words, with them */
/**
 * @typedef {object} Kind
 * @property {string | null} database_id
 * @property {boolean} on
 * @property {boolean} texts
 * @property {number} synced
 * @property {number} pending
 * @property {number} conflicts
 * @property {number} failed
 * @property {number} archived
 * @property {string | null} last_pull_at
 * @property {string | null} last_push_at
 * @property {string | null} error a code
 * @property {string | null} run_id
 * @property {boolean} running
 */
/**
 * @typedef {object} Status
 * @property {boolean} offered
 * @property {boolean} oauth
 * @property {boolean} connected
 * @property {boolean} broken
 * @property {"token" | "oauth" | null} connected_by
 * @property {string | null} workspace
 * @property {string | null} connected_at
 * @property {string | null} waits_until
 * @property {string | null} error a code
 * @property {Record<string, Kind>} kinds
 * @property {Kind} community
 */
/** @typedef {{id: string, kind: string, state: string, total: number | null, done: number, pushed: number, pulled: number, error: string | null, finished_at: string | null, version: number}} Run */
/** @typedef {{field: string, name: string, ours: unknown, theirs: unknown}} Field */
/** @typedef {{id: string, kind: string, title: string | null, reason: string, fields: Field[], created_at: string, version: number}} Conflict */
/** @typedef {{kind: string, error: string | null, title: string | null}} Failed */

const WAIT_S = 25;
const WAIT_PATIENCE_MS = 60_000;
const MANY_REQUESTS_MS = 180_000;
const BREATH_MS = 1000;
const AGAIN_MS = 4000;
const LOOK_MS = 15_000;
const MOST = 50;

export class Mirror {
  /** @type {Conflict[]} */
  conflicts = [];
  /** @type {Failed[]} rows that cannot stand there as they are, or the other way */
  failed = [];
  /** @type {Run | null} the one that is followed */
  run = null;
  /** @type {Record<string, string[]> | null} by kind what its database lacks; null: nobody has asked */
  lacking = null;
  /** What became of signing in there, once: a code. @type {string | null} */
  said = null;
  #following = false;
  #counted = "";

  /**
   * @param {Api} api @param {Status} status
   * @param {() => void} changed @param {AbortSignal} until somebody leaves
   */
  constructor(api, status, changed, until) {
    this.api = api;
    this.status = status;
    this.changed = changed;
    this.until = until;
  }

  /** Throws ApiError. @param {Api} api @param {() => void} changed @param {AbortSignal} until */
  static async load(api, changed, until) {
    const mirror = new Mirror(api, await api.get(STATUS), changed, until);
    await mirror.#count();
    void mirror.#follow();
    return mirror;
  }

  get kinds() {
    return Object.entries(this.status.kinds);
  }

  /** Are there any databases? */
  get placed() {
    return this.kinds.some(([, kind]) => kind.database_id !== null);
  }

  /** Kinds that flow. */
  get flowing() {
    return this.kinds.filter(([, kind]) => kind.on);
  }

  /** The kind whose run is under way; the server goes through them in this order. */
  get under() {
    return this.status.connected ? this.kinds.find(([, kind]) => kind.running) : undefined;
  }

  get #every() {
    return [...this.kinds.map(([, kind]) => kind), this.status.community];
  }

  /** How many rows wait for a decision, also beyond those that are shown. */
  get undecided() {
    return this.status.connected ? this.#every.reduce((sum, kind) => sum + kind.conflicts, 0) : 0;
  }

  /** @param {string} name @returns {Way} */
  wayOf(name) {
    const kind = this.status.kinds[name];
    if (kind === undefined || !kind.on) return "off";
    return kind.texts ? "words" : "plain";
  }

  /** Throws ApiError. @param {string} token */
  async connect(token) {
    await this.api.post("/api/notion/connect", { token });
    this.said = null;
    await this.look();
  }

  /** Throws ApiError. @returns {Promise<string>} where they say yes */
  async away() {
    return (await this.api.get("/api/notion/oauth/start")).url;
  }

  /** Throws ApiError. */
  async disconnect() {
    await this.api.delete("/api/notion/connect");
    this.lacking = null;
    await this.look();
  }

  /** Find the databases, or make them: at Notion's pace that takes a while. Throws ApiError. @param {string} page its id */
  async place(page) {
    await this.api.post("/api/notion/databases", { parent_page_id: page }, MANY_REQUESTS_MS);
    if (this.lacking !== null) await this.verify();
    await this.look();
  }

  /** Throws ApiError. */
  async verify() {
    this.lacking = await this.api.post("/api/notion/verify-template", {}, MANY_REQUESTS_MS);
    this.changed();
  }

  /** Throws ApiError. @param {string} name @param {Way} way */
  async flow(name, way) {
    if (way === "off") await this.api.delete(`/api/notion/sync/${name}`);
    else await this.api.post(`/api/notion/sync/${name}`, { texts: way === "words" });
    await this.look();
  }

  /** All of every kind that flows, once more. Throws ApiError. */
  async gather() {
    for (const [name, { texts }] of this.flowing) await this.api.post(`/api/notion/sync/${name}`, { texts });
    await this.look();
  }

  /**
   * Throws ApiError.
   * @param {Conflict} conflict @param {"prefer_ours" | "prefer_notion" | "merge"} strategy
   * @param {Record<string, "ours" | "notion">} [fields]
   * @returns {Promise<{resolved: string[], open: string[]}>}
   */
  async settle({ id, version }, strategy, fields = {}) {
    const settled = await this.api.post(`/api/notion/conflicts/${encodeURIComponent(id)}/resolve`, { strategy, fields, version });
    this.#counted = "";
    await this.look();
    return settled;
  }

  /** How it stands now. Throws ApiError. */
  async look() {
    await this.#read();
    this.changed();
    void this.#follow();
  }

  /** The same where what is shown is known to be old; without an answer it stays as it is. */
  async again() {
    this.#counted = "";
    try {
      await this.look();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  async #read() {
    this.status = await this.api.get(STATUS);
    await this.#count();
  }

  /** What is behind the counts is asked for where they have changed. */
  async #count() {
    const every = this.#every;
    const conflicts = this.undecided;
    const failed = every.reduce((sum, kind) => sum + kind.failed, 0);
    const counted = `${conflicts} ${failed}`;
    if (counted === this.#counted) return;
    try {
      const [found, left] = await Promise.all([
        conflicts === 0 ? { items: [] } : this.api.get(`/api/notion/conflicts?limit=${MOST}`),
        failed === 0 ? { items: [] } : this.api.get(`/api/notion/pages?state=failed&limit=${MOST}`),
      ]);
      this.conflicts = found.items;
      this.failed = left.items;
      this.#counted = counted;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // what cannot be read now keeps nobody from switching off and letting go
    }
  }

  async #follow() {
    if (this.#following) return;
    this.#following = true;
    while (!this.until.aborted && this.status.connected && this.flowing.length > 0) {
      try {
        await this.#next();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        await pause(AGAIN_MS, this.until); // what cannot be heard now is asked for again
      }
      if (!this.until.aborted) this.changed();
    }
    this.#following = false;
  }

  async #next() {
    const id = this.under?.[1].run_id ?? null;
    if (id === null) {
      this.run = null;
      await pause(LOOK_MS, this.until);
    } else {
      const waits = this.run?.id === id ? `?wait=${WAIT_S}&version=${this.run.version}` : "";
      if (waits !== "") await pause(BREATH_MS, this.until);
      if (!this.until.aborted) this.run = await this.api.get(`/api/notion/runs/${encodeURIComponent(id)}${waits}`, WAIT_PATIENCE_MS);
    }
    if (this.until.aborted) return;
    const undecided = this.undecided;
    await this.#read();
    if (this.status.broken) notify(brokenWords(this.status.error).title);
    if (this.undecided > undecided) announce(_("Something is for you to decide."));
    const ended = id !== null && this.under === undefined && this.flowing.length > 0;
    if (ended && !this.run?.error) notify(_("Everything is brought together."));
  }
}

/** @param {number} ms @param {AbortSignal} until @returns {Promise<void>} */
function pause(ms, until) {
  return new Promise((resolve) => {
    const ended = () => {
      clearTimeout(timer);
      until.removeEventListener("abort", ended);
      resolve();
    };
    const timer = setTimeout(ended, ms);
    until.addEventListener("abort", ended);
  });
}
