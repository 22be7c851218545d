/**
 * Pictures that hang on something of a bond: sent once, shown to whoever may see what they hang on.
 * @module
 */

import { ApiError } from "../../api.js";
import { h } from "../../ui/dom.js";
import { explain } from "../../ui/forms.js";
import { unfitPicture, uploadPicture } from "../../ui/picture.js";
import { _ } from "../../ui/tongue.js";
import { uuid } from "../../ui/uuid.js";

/** @typedef {import("../../app.js").App} App */

/** A picture on its way: however often it is tried, it is kept once. */
class Picture {
  #key = uuid();
  /** @type {string | null} */
  #id = null;

  /** @param {App} app @param {File} file */
  constructor(app, file) {
    this.app = app;
    this.file = file;
  }

  /** Throws ApiError. @returns {Promise<string>} its id */
  async send() {
    const unfit = unfitPicture(this.file);
    if (unfit !== null) throw new ApiError(422, "invalid", "", { file: unfit });
    this.#id ??= (await uploadPicture(this.app.api, this.file, this.#key)).file_id;
    return this.#id;
  }
}

/** @type {WeakMap<File, Picture>} */
const onTheirWay = new WeakMap();

/** Throws ApiError. @param {App} app @param {File} file @returns {Promise<string>} its id */
export function sendPicture(app, file) {
  const found = onTheirWay.get(file) ?? new Picture(app, file);
  onTheirWay.set(file, found);
  return found.send();
}

/**
 * A picture, or why it is not there. It comes late: its place is there at once.
 * @param {App} app @param {string} id @param {string} words what it is
 */
export function picture(app, id, words) {
  const wait = h("p", { class: "quiet" }, _("One moment …"));
  const place = h("figure", { class: "picture", testid: "picture", "data-live": true, "data-key": `picture-${id}` }, wait);
  void app.api.address(`/api/files/${encodeURIComponent(id)}`).then(
    (src) => place.replaceChildren(h("img", { src, alt: words })),
    (error) => place.replaceChildren(h("p", { class: "quiet" }, explain(error))),
  );
  return place;
}
