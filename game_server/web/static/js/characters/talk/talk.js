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
/**
 * @typedef {object} Message
 * @property {string} id
 * @property {"user" | "assistant"} role
 * @property {string | null} content
 * @property {"streaming" | "done" | "partial" | "refused" | null} [status] of an answer
 * @property {string} created_at
 * @property {readonly {file_id: string | null}[]} [attachments]
 * @property {boolean} [safety] it is not the character who speaks
 */
/** @typedef {{key: string, words: string, files: readonly string[], at: string, problem: string | null}} Asked what the server may not have yet */
/** @typedef {{text: string, safety: boolean}} Coming an answer, as far as it has come */
/** @typedef {{items: Message[], next_cursor: string | null}} Page */

const PAGE = 50;
const SILENT_MS = 45_000;
const AGAIN_MS = 1500;
/** What the phone's idea of the server's time may be wrong by. */
const DOUBT_MS = 5000;
const LOOKS_FOR_MS = 180_000;

export class Talk {
  /** By id. @type {Map<string, Message>} */
  #known = new Map();
  /** @type {string | null} */
  #cursor = null;
  /** @type {AbortController | null} what is listened to */
  #line = null;
  /** Somebody wants no more of what comes. */
  #stopped = false;
  #left = false;
  /** The talk's, when it was last looked at. */
  #version = 0;
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
    this.#followOpen();
  }

  /** What was said meanwhile on another phone is there too. Throws ApiError. */
  async catchUp() {
    if (!this.heard || this.busy || this.id === null) return;
    /** @type {{version: number, answering: string | null}} */
    const { version, answering } = await this.api.get(this.#path);
    if (this.busy || (version === this.#version && answering === null)) return;
    await this.#read(null);
    this.#version = version;
    if (this.busy || this.#left) return;
    this.changed();
    this.#followOpen();
  }

  /** An answer that is being written is listened to, whichever phone asked for it. */
  #followOpen() {
    if (this.busy || this.#left || this.messages.at(-1)?.status !== "streaming") return;
    void this.#listen((signal) => this.#again(signal));
  }

  /** @param {AbortSignal} signal */
  #again(signal) {
    return this.api.stream("GET", `${this.#path}/stream`, undefined, signal);
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
    const page = await this.api.get(`${this.#path}/messages?limit=${PAGE}${from}`);
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
    this.problem = null;
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
    if (this.id === null) await this.#find(); // where it is not known yet, it is stopped as soon as it is
    else await this.#halt();
  }

  async #halt() {
    try {
      await this.api.delete(`${this.#path}/stream`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#stopped = false; // it can be pressed once more
      this.problem = error;
      this.changed();
    }
  }

  get #path() {
    return `/api/conversations/${encodeURIComponent(this.id ?? "")}`;
  }

  /** @param {(until: AbortSignal) => Promise<Response>} open */
  async #listen(open) {
    this.#stopped = false;
    this.problem = null;
    this.coming = { text: "", safety: false };
    this.changed();
    let whole = await this.#hear(open);
    const until = Date.now() + LOOKS_FOR_MS;
    while (!whole && !this.#left && Date.now() < until) {
      const arrived = await this.#arrived();
      if (arrived === false) break; // as far as can be told
      if (arrived) whole = await this.#hear((signal) => this.#again(signal));
      if (!whole && !this.#left) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
    if (!this.#left) await this.#end();
  }

  /** Is what was asked on the server? The newest answer there may be to something else. @returns {Promise<boolean | null>} null: it cannot be told now */
  async #arrived() {
    if (this.id === null) await this.#find();
    if (this.id === null) return false;
    if (this.asked === null) return true;
    return (await this.#read(null).then(() => true, unread)) ? this.#has(this.asked) : null;
  }

  /** @param {(until: AbortSignal) => Promise<Response>} open @returns {Promise<boolean>} is it known how it ended? */
  async #hear(open) {
    const line = new AbortController();
    this.#line = line;
    let timer = setTimeout(() => line.abort(), SILENT_MS);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => line.abort(), SILENT_MS);
    };
    let text = "";
    this.problem = null;
    try {
      const response = await open(line.signal);
      if (response.body === null) return false;
      for await (const piece of pieces(response.body, alive)) {
        if (piece.conversation_id !== undefined) this.id = piece.conversation_id;
        if (piece.error !== undefined) throw new ApiError(409, piece.error.code, piece.error.message);
        text += piece.text ?? "";
        this.coming = { text, safety: piece.safety === true || this.coming?.safety === true };
        if (piece.done) {
          if (piece.safety && piece.conversation_id === undefined) this.#show(text);
          return true;
        }
        this.changed();
        if (this.id === null) void this.#find(); // so that a reload comes back here
      }
      return false;
    } catch (error) {
      if (!(error instanceof ApiError)) return false; // the line is lost
      if (error.code !== "answer_stopped") this.problem = error;
      return error.status !== 0;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A safety card that the server could not keep stays as long as the page does. @param {string} content */
  #show(content) {
    const card = { id: uuid(), content, created_at: new Date(serverNow()).toISOString(), safety: true };
    this.#known.set(card.id, { ...card, role: "assistant", status: "done" });
  }

  /** @type {Promise<void> | null} */
  #finding = null;

  /** A talk that began with what was just said: which one is it? */
  #find() {
    this.#finding ??= this.#newest().finally(() => {
      this.#finding = null;
    });
    return this.#finding;
  }

  async #newest() {
    try {
      const newest = (await talksOf(this.api)).find(({ kinkster_id: of }) => of === this.character);
      if (newest === undefined || Date.parse(newest.created_at) < Date.parse(this.asked?.at ?? "") - DOUBT_MS || this.id !== null) return;
      this.id = newest.id;
      this.changed();
      if (this.#stopped) await this.#halt();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // it is told when the answer is over
    }
  }

  /** What is kept is what was said. */
  async #end() {
    const { asked, problem } = this;
    const read = this.id !== null && (await this.#read(null).then(() => true, unread));
    if (this.#left) return;
    this.coming = null;
    this.#line = null;
    if (asked !== null && problem?.status === 0 && this.#has(asked)) this.problem = null; // it came in the end
    if (asked !== null && this.#has(asked)) this.asked = null;
    else if (asked !== null) this.asked = { ...asked, problem: problem?.code ?? asked.problem ?? "offline" };
    this.changed();
    if (read) this.#followOpen(); // another phone was faster
  }

  /** Did what was asked arrive? @param {Asked} asked */
  #has({ words, at }) {
    return this.messages.some((each) => each.role === "user" && each.content === words && Date.parse(each.created_at) >= Date.parse(at) - DOUBT_MS);
  }
}

/** It is read the next time. @param {unknown} error */
function unread(error) {
  if (!(error instanceof ApiError)) throw error;
  return false;
}
