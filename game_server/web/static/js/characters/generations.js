/**
 * Pictures that are being painted: asked for once, followed until they are there or it is known that they will not be.
 * @module
 */

import { ApiError } from "../api.js";
import { _ } from "../ui/tongue.js";
import { apiOf } from "./character.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("./character.js").Character} Character */
/**
 * @typedef {object} Generation
 * @property {string} id
 * @property {"pending" | "running" | "done" | "refused" | "failed"} status
 * @property {string | null} file_id
 * @property {string | null} [reason] a code
 * @property {string | null} [style]
 * @property {number} [version]
 */

const WAIT_S = 25;
const PATIENCE_MS = 60_000;
const AGAIN_MS = 3000;
const MOST = 50;

export const OPEN = new Set(["pending", "running"]);

/** How a picture can be painted; the first is the usual way. @type {readonly import("../ui/forms.js").Option[]} */
export const STYLES = [
  { value: "painting", label: _("Painting"), hint: _("oil and warm light") },
  { value: "photo", label: _("Photograph"), hint: _("soft light, calm ground") },
  { value: "watercolour", label: _("Watercolour"), hint: _("light, on rough paper") },
  { value: "ink", label: _("Ink"), hint: _("fine lines, a grey wash") },
  { value: "comic", label: _("Comic"), hint: _("clear lines and colours") },
  { value: "noir", label: _("Noir"), hint: _("light and shadow of an old film") },
];

export class Generations {
  /** By id, the newest first. @type {Map<string, Generation>} */
  #known = new Map();
  #here = true;

  /** @param {Api} api @param {Character} character @param {(one: Generation) => void} changed */
  constructor(api, character, changed) {
    this.api = api;
    this.character = character;
    this.changed = changed;
  }

  /** Of this character's, also those that were asked for before. Throws ApiError. */
  async load() {
    /** @type {{items: Generation[]}} */
    const { items } = await this.api.get(`/api/generations?kinkster_id=${encodeURIComponent(this.character.id)}&limit=${MOST}`);
    for (const one of items) this.#known.set(one.id, one);
    for (const one of items) if (OPEN.has(one.status)) void this.#follow(one);
  }

  leave() {
    this.#here = false;
  }

  /** Those that are not pictures of the character's yet, and of those that will never be what was heard in this visit. */
  get open() {
    return [...this.#known.values()].filter(({ status, id }) => OPEN.has(status) || this.#told.has(id));
  }

  /** Which did not come, in this visit. @type {Set<string>} */
  #told = new Set();

  /** @param {string} file @returns {string | null} what it was asked for as */
  ofFile(file) {
    return [...this.#known.values()].find((each) => each.file_id === file)?.id ?? null;
  }

  /** Throws ApiError. @param {string} style */
  async ask(style) {
    const { generation_id: id } = await this.api.create("/api/kinksters/generate-avatar", { kinkster_id: this.character.id, style });
    /** @type {Generation} */
    const one = { id, status: "pending", file_id: null, style };
    this.#known = new Map([[id, one], ...this.#known]);
    this.changed(one);
    void this.#follow(one);
  }

  /** Throws ApiError. @param {string} id */
  async takeBack(id) {
    await this.api.delete(`/api/generations/${encodeURIComponent(id)}`);
    this.#known.delete(id);
  }

  /** It is known that it did not come. @param {string} id */
  dismiss(id) {
    this.#told.delete(id);
  }

  /** Throws ApiError. @param {string} file */
  choose(file) {
    return this.api.post(apiOf(this.character, "avatar"), { file_id: file });
  }

  /** @param {Generation} begun */
  async #follow(begun) {
    let one = begun;
    while (this.#here && OPEN.has(one.status) && this.#known.has(one.id)) {
      const found = await this.#wait(one);
      if (found === null) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      if (found === null || !this.#known.has(one.id)) continue;
      const before = one.status;
      one = found;
      this.#known.set(one.id, one);
      if (one.status === "refused" || one.status === "failed") this.#told.add(one.id);
      if (one.status !== before && this.#here) this.changed(one);
    }
  }

  /** @param {Generation} one @returns {Promise<Generation | null>} null: it could not be heard now */
  async #wait({ id, version }) {
    const waits = version === undefined ? "" : `?wait=${WAIT_S}&version=${version}`; // it may have changed before it is first asked about
    try {
      return await this.api.get(`/api/generations/${encodeURIComponent(id)}${waits}`, PATIENCE_MS);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) this.#known.delete(id);
      return null;
    }
  }
}

/** What is said of one that is not there. @param {Generation} one */
export function standingOf({ status, reason }) {
  if (status === "pending") return _("Soon somebody takes up the brush …");
  if (status === "running") return _("It is being painted. That takes a minute or so, and goes on when you leave.");
  if (reason === "limit") return _("This one would have touched one of your limits, so nobody painted it.");
  if (reason === "minors" || reason === "explicit") return _("Everybody in a picture is an adult, and clothed. With other words about their looks it can be painted.");
  if (status === "refused") return _("This one was not painted: whoever paints here did not want to. Often other words about their looks help. It cost you nothing.");
  if (reason === "too_late") return _("Nobody could be found to paint it in time. Ask once more, when you like.");
  return _("This one did not work out, and that is not your fault. Ask once more, when you like.");
}
