/**
 * Pictures that somebody adds to what they write: chosen, sent ahead one by one, and taken out again.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "./dom.js";
import { explain } from "./forms.js";
import { icon } from "./icon.js";
import { notify } from "./notices.js";
import { ACCEPTED, unfitPicture } from "./picture.js";
import { _ } from "./tongue.js";
import { uuid } from "./uuid.js";

/** @typedef {import("./picture.js").Pictures} Pictures */
/** @typedef {{key: string, name: string, id: string | null, problem: string | null}} Picked a picture on its way ahead; id: it is there */

const MOST_PICTURES = 4;

export class Picking {
  /** @type {Picked[]} */
  #picked = [];

  /** @param {Pictures} pictures @param {() => void} changed */
  constructor(pictures, changed) {
    this.pictures = pictures;
    this.changed = changed;
  }

  /** Is one still on its way? */
  get waits() {
    return this.#picked.some(({ id, problem }) => id === null && problem === null);
  }

  /** Those that are there. */
  get files() {
    return this.#picked.flatMap(({ id }) => id ?? []);
  }

  /** They went with what was written. */
  clear() {
    this.#picked = [];
  }

  /** Those that did not go with what was written are there again. @param {readonly string[]} files */
  restore(files) {
    this.#picked.push(...files.map((id) => ({ key: id, name: _("Your picture"), id, problem: null })));
    this.changed();
  }

  button() {
    const choose = (/** @type {Event} */ { target }) => {
      const input = /** @type {HTMLInputElement} */ (target);
      for (const file of [...(input.files ?? [])]) void this.#pick(file);
      input.value = "";
    };
    return h(
      "label",
      { class: "add-picture", "data-key": "add-picture" },
      h("input", { class: "unseen", type: "file", name: "picture", testid: "add-picture", accept: ACCEPTED, multiple: true, onchange: choose }),
      icon("picture"),
      h("span", { class: "unseen" }, _("Add a picture")),
    );
  }

  list() {
    return this.#picked.length === 0 ? null : h("ul", { class: "picked" }, this.#picked.map((each) => this.#line(each)));
  }

  /** @param {Picked} picked */
  #line(picked) {
    const drop = () => {
      this.#picked = this.#picked.filter((each) => each !== picked);
      if (picked.id !== null) void this.pictures.api.delete(`/api/files/${encodeURIComponent(picked.id)}`).catch(ignored);
      this.changed();
    };
    const how = picked.problem ?? (picked.id === null ? _("on its way …") : _("is ready"));
    return h(
      "li",
      { "data-key": picked.key, testid: "picked" },
      picked.id === null ? icon("picture") : this.pictures.view(picked.id, ""),
      h("span", { class: "grows" }, picked.name, h("small", { class: picked.problem === null ? null : "problem", role: "status" }, how)),
      h("button", { type: "button", class: "plain", testid: "drop-picture", onclick: drop }, _("Take it out")),
    );
  }

  /** @param {File} file */
  async #pick(file) {
    const unfit = this.#picked.length >= MOST_PICTURES ? _("Four pictures are enough for one message.") : unfitPicture(file);
    if (unfit !== null) return notify(unfit);
    /** @type {Picked} */
    const picked = { key: uuid(), name: file.name, id: null, problem: null };
    this.#picked.push(picked);
    this.changed();
    try {
      picked.id = (await this.pictures.upload(file, picked.key)).file_id;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      picked.problem = explain(error);
    }
    if (this.#picked.includes(picked)) this.changed();
  }
}

/** @param {unknown} error what was not sent goes by itself after a day */
function ignored(error) {
  if (!(error instanceof ApiError)) throw error;
}
