/**
 * One talk with a character: what was said, what is being said, and how it goes on after a reload or a lost line. The server keeps all of
 * it; what is here is only what was heard of it.
 * @module
 */

import { ApiError } from "../../api.js";
import { serverNow } from "../../ui/servertime.js";
import { uuid } from "../../ui/uuid.js";
import { talksOf } from "./list.js";
import { pieces } from "./stream.js";

/** @typedef {import("../../api.js").Api} Api */
/** @typedef {import("./stream.js").Safety} Safety */
/**
 * @typedef {object} Message
 * @property {string} id
 * @property {"user" | "assistant"} role
 * @property {string | null} content
 * @property {"streaming" | "done" | "partial" | "refused" | null} [status] of an answer
 * @property {boolean} [partial]
 * @property {string} created_at
 * @property {readonly {file_id: string | null}[]} [attachments]
 * @property {Safety | null} [safety]
 */
/** @typedef {{key: string, words: string, files: readonly string[], at: string, problem: string | null}} Asked what the server may not have yet */
/** @typedef {{text: string, safety: Safety | null}} Coming an answer, as far as it has come */
/** @typedef {{items: Message[], next_cursor: string | null}} Page */

const PAGE = 50;
const SILENT_MS = 45_000;
const LOOKS_MS = 1500;
const LOOKS_FOR_MS = 180_000;

export class Talk {
  /** By id. @type {Map<string, Message>} */
  #known = new Map();
  /** @type {string | null} */
  #cursor = null;
  /** @type {AbortController | null} what is listened to */
  #line = null;
  #stopped = false;
  #left = false;
  heard = false;
  /** Are there no older messages? */
  whole = false;
  /** @type {Asked | null} */
  asked = null;
  /** @type {Coming | null} */
  coming = null;
  /** Why the last answer did not come, or not wholly; said once. @type {ApiError | null} */
  problem = null;

  /** @param {Api} api @param {string | null} character its id @param {string | null} id null: nothing was said yet @param {() => void} changed */
  constructor(api, character, id, changed) {
    this.api = api;
    this.character = character;
    this.id = id;
    this.changed = changed;
  }

  /** From the oldest to the newest. */
  get messages() {
    return [...this.#known.values()].sort((one, other) => Date.parse(one.created_at) - Date.parse(other.created_at) || (one.id < other.id ? -1 : 1));
  }

  /** Does an answer come, or is it waited for? */
  get busy() {
    return this.coming !== null;
  }

  leave() {
    this.#left = true;
    this.#line?.abort();
  }

  /** Throws ApiError. */
  async load() {
    if (this.id === null) this.whole = true;
    else await this.#read(null);
    this.heard = true;
    this.changed();
    if (this.messages.at(-1)?.status === "streaming") void this.#goOn();
  }

  /** Throws ApiError. */
  async older() {
    if (this.#cursor === null) return;
    await this.#read(this.#cursor);
    this.changed();
  }

  /** @param {string | null} cursor */
  async #read(cursor) {
    const from = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    /** @type {Page} */
    const page = await this.api.get(`/api/conversations/${encodeURIComponent(this.id ?? "")}/messages?limit=${PAGE}${from}`);
    if (cursor !== null || !this.heard) {
      this.#cursor = page.next_cursor;
      this.whole = page.next_cursor === null;
    }
    for (const each of page.items) this.#known.set(each.id, each);
  }

  /** @param {string} words @param {readonly string[]} files */
  async say(words, files) {
    if (this.busy || this.character === null) return;
    this.asked = { key: uuid(), words, files, at: new Date(serverNow()).toISOString(), problem: null };
    await this.#ask(this.asked);
  }

  /** What did not arrive is said once more; whatever happened to it, it is said once. */
  async again() {
    if (this.asked !== null && !this.busy) await this.#ask({ ...this.asked, problem: null });
  }

  /** What did not arrive is not said. @returns {Asked | null} */
  takeBack() {
    const { asked } = this;
    this.asked = null;
    this.changed();
    return asked;
  }

  /** @param {Asked} asked */
  async #ask(asked) {
    this.asked = asked;
    const body = {
      kinkster_id: this.character,
      message: asked.words,
      ...(this.id === null ? {} : { conversation_id: this.id }),
      ...(asked.files.length === 0 ? {} : { file_ids: asked.files }),
    };
    await this.#listen((until) => this.api.stream("POST", "/api/kinksters/chat", body, until, asked.key));
  }

  /** Whoever speaks shall say no more; what was said stays. */
  async stop() {
    if (this.#stopped || this.coming === null) return;
    this.#stopped = true;
    if (this.id !== null)
      await this.api.post(`/api/conversations/${encodeURIComponent(this.id)}/stop`).catch((error) => {
        if (!(error instanceof ApiError)) throw error; // hanging up says it too
      });
    this.#line?.abort();
  }

  /** @param {(until: AbortSignal) => Promise<Response>} open */
  async #listen(open) {
    this.#stopped = false;
    this.problem = null;
    this.coming = { text: "", safety: null };
    this.#line = new AbortController();
    this.changed();
    const whole = await this.#hear(open, this.#line).catch((error) => this.#failed(error));
    if (this.#left) return;
    if (!whole && this.id === null) await this.#find();
    if (whole || this.id === null) return this.#end();
    await this.#goOn();
  }

  /** @param {(until: AbortSignal) => Promise<Response>} open @param {AbortController} line @returns {Promise<boolean>} is it known how it ended? */
  async #hear(open, line) {
    const response = await open(line.signal);
    let timer = setTimeout(() => line.abort(), SILENT_MS);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => line.abort(), SILENT_MS);
    };
    try {
      if (response.body === null) return false;
      for await (const piece of pieces(response.body, alive)) {
        if (piece.conversation_id !== undefined) this.id = piece.conversation_id;
        if (piece.error !== undefined) throw new ApiError(409, piece.error.code, piece.error.message);
        if (piece.done) return true;
        this.coming = { text: (this.coming?.text ?? "") + (piece.text ?? ""), safety: piece.safety ?? this.coming?.safety ?? null };
        this.changed();
      }
      return false;
    } catch (error) {
      if (error instanceof ApiError) throw error;
      return false; // the line is lost, or was let go
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {unknown} error @returns {boolean} */
  #failed(error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 0 && this.#stopped) return false;
    this.problem = error.code === "answer_stopped" ? null : error;
    return error.status !== 0;
  }

  /** A talk that began with what was just said: which one is it? */
  async #find() {
    try {
      const newest = (await talksOf(this.api)).find(({ kinkster_id: of }) => of === this.character);
      const since = Date.parse(this.asked?.at ?? "") - LOOKS_MS;
      if (newest !== undefined && Date.parse(newest.created_at) >= since) this.id = newest.id;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** What comes is read from where it is kept, until it is whole. */
  async #goOn() {
    const until = Date.now() + LOOKS_FOR_MS;
    while (!this.#left && Date.now() < until) {
      const last = await this.#look();
      if (last !== null && last.status !== "streaming") break;
      if (last !== null) this.coming = { text: last.content ?? "", safety: null };
      if (last === null && this.#stopped) break;
      this.changed();
      await new Promise((resolve) => setTimeout(resolve, LOOKS_MS));
    }
    await this.#end();
  }

  /** @returns {Promise<Message | null>} the newest answer; null: it cannot be told now */
  async #look() {
    try {
      await this.#read(null);
      this.problem = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!error.passing) this.problem = error;
      return null;
    }
    return this.messages.at(-1) ?? null;
  }

  /** What is kept is what was said. */
  async #end() {
    const { asked, problem } = this;
    if (this.id !== null) {
      await this.#read(null).catch((error) => {
        if (!(error instanceof ApiError)) throw error; // it is read the next time
      });
    }
    if (this.#left) return;
    this.coming = null;
    this.#line = null;
    if (asked !== null && this.#has(asked)) this.asked = null;
    else if (asked !== null) this.asked = { ...asked, problem: problem?.code ?? "offline" };
    this.changed();
  }

  /** Did what was asked arrive? @param {Asked} asked */
  #has({ words, at }) {
    return this.messages.some((each) => each.role === "user" && each.content === words && Date.parse(each.created_at) >= Date.parse(at) - 60_000);
  }
}
