/**
 * Pictures that people sent: their bytes come from an address that is good for a few minutes, and is asked for with one's token.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "./dom.js";
import { _ } from "./tongue.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("./dom.js").Attributes} Attributes */

const GOOD_MS = 4 * 60_000;
/** What the server reads (FORMATS of game_server/process/recoder.py). */
const KINDS = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];
export const ACCEPTED = KINDS.join(",");
const MOST_BYTES = 10 * 1024 * 1024;

export class Pictures {
  /** @type {Map<string, {address: string | null, until: number}>} address null: on its way, or it cannot be had */
  #known = new Map();

  /** @param {Api} api @param {() => void} changed */
  constructor(api, changed) {
    this.api = api;
    this.changed = changed;
  }

  /** Throws ApiError. @param {File} file @param {string} key @returns {Promise<{file_id: string}>} */
  upload(file, key) {
    return uploadPicture(this.api, file, key);
  }

  /** @param {string} id @returns {string | null} null: not yet */
  addressOf(id) {
    const known = this.#known.get(id);
    if (known !== undefined && known.until > Date.now()) return known.address;
    this.#known.set(id, { address: known?.address ?? null, until: Date.now() + GOOD_MS });
    void this.#ask(id);
    return known?.address ?? null;
  }

  /** @param {string} id */
  async #ask(id) {
    try {
      this.#known.set(id, { address: await this.api.address(`/api/files/${encodeURIComponent(id)}`), until: Date.now() + GOOD_MS });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#known.set(id, { address: null, until: error.passing ? 0 : Date.now() + GOOD_MS });
    }
    this.changed();
  }

  /** @param {string} id @param {string} alt @param {Attributes} [more] */
  view(id, alt, more = {}) {
    const src = this.addressOf(id);
    return src === null
      ? h("span", { class: "picture-waits", "data-key": id }, h("span", { class: "unseen" }, alt), _("A picture …"))
      : h("img", { class: "picture", "data-key": id, src, alt, ...more });
  }
}

/** Throws ApiError. @param {Api} api @param {File} file @param {string} key however often it is tried, it is kept once @returns {Promise<{file_id: string}>} */
export function uploadPicture(api, file, key) {
  const body = new FormData();
  body.append("file", file);
  return api.createAs("/api/files", body, key);
}

/** Why a file cannot be taken, before it is sent. @param {File} file @returns {string | null} */
export function unfitPicture(file) {
  if (!KINDS.includes(file.type)) return _("Please choose a picture: JPEG, PNG, WebP, GIF or AVIF.");
  return file.size > MOST_BYTES ? _("Please choose a picture of at most 10 MB.") : null;
}
