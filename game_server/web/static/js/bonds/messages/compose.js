/**
 * Where a message is written: what is typed is kept as a draft, pictures are sent ahead, and what is pressed is said once.
 * @module
 */

import { ApiError } from "../../api.js";
import { h, render } from "../../ui/dom.js";
import { explain } from "../../ui/forms.js";
import { icon } from "../../ui/icon.js";
import { notify } from "../../ui/notices.js";
import { ACCEPTED, unfitPicture } from "../../ui/picture.js";
import { _ } from "../../ui/tongue.js";
import { uuid } from "../../ui/uuid.js";

/** @typedef {import("../../ui/picture.js").Pictures} Pictures */
/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./thread.js").Message} Message */
/** @typedef {{key: string, name: string, id: string | null, problem: string | null}} Picked a picture on its way ahead; id: it is there */
/**
 * @typedef {object} Wiring
 * @property {string} bond its id
 * @property {Outbox} outbox
 * @property {Pictures} pictures
 * @property {(message: Message, content: string) => Promise<void>} edit throws ApiError
 * @property {() => void} typed something is being written
 * @property {() => void} sent something was said
 */

export const LONGEST_MESSAGE = 4000;
const MOST_PICTURES = 4;
/** Where a finger types, a line break is a line break; a keyboard's Enter sends. */
const KEYBOARD = "(pointer:fine)";

export class Compose {
  /** @type {Message | null} */
  #editing = null;
  /** @type {Picked[]} */
  #picked = [];
  #busy = false;

  /** @param {HTMLElement} place @param {Wiring} wiring */
  constructor(place, wiring) {
    this.place = place;
    this.wiring = wiring;
    this.draw();
    this.#input.value = wiring.outbox.of(wiring.bond).draft;
  }

  get #input() {
    return /** @type {HTMLTextAreaElement} */ (this.place.querySelector("textarea"));
  }

  focus() {
    this.#input.focus();
  }

  /** @param {Message} message that its writer changes */
  edit(message) {
    this.#editing = message;
    this.draw();
    this.#input.value = message.content ?? "";
    this.focus();
  }

  /** Words that were refused are there again, after what is typed already. @param {string} words */
  restore(words) {
    const typed = this.#input.value;
    this.#input.value = typed === "" ? words : `${typed}\n${words}`;
    this.#keep();
    this.focus();
  }

  draw() {
    render(
      this.place,
      h(
        "form",
        { class: "compose", testid: "compose", onsubmit: (/** @type {Event} */ event) => void this.#submit(event) },
        this.#editing === null ? null : this.#editingLine(),
        this.#picked.length === 0 ? null : h("ul", { class: "picked" }, this.#picked.map((each) => this.#pickedLine(each))),
        h(
          "div",
          { class: "compose-line" },
          this.#editing === null ? this.#pictureButton() : null,
          h("textarea", {
            id: "message-text",
            testid: "message-text",
            name: "content",
            rows: 1,
            maxlength: LONGEST_MESSAGE,
            "aria-label": this.#editing === null ? _("Your message") : _("Your message, changed"),
            placeholder: _("Write something"),
            oninput: () => this.#typed(),
            onkeydown: (/** @type {KeyboardEvent} */ event) => this.#pressed(event),
          }),
          h(
            "button",
            { class: "primary send", testid: "send", "aria-label": this.#editing === null ? _("Send") : _("Keep the change") },
            icon(this.#editing === null ? "send" : "check"),
          ),
        ),
      ),
    );
  }

  #editingLine() {
    const leave = () => {
      this.#leaveEdit();
      this.focus();
    };
    return h(
      "p",
      { class: "editing-line", "data-key": "editing", testid: "editing" },
      h("span", null, _("You are changing a message.")),
      h("button", { type: "button", class: "plain", testid: "leave-edit", onclick: leave }, _("Leave it as it is")),
    );
  }

  #leaveEdit() {
    this.#editing = null;
    this.draw();
    this.#input.value = this.wiring.outbox.of(this.wiring.bond).draft;
  }

  #pictureButton() {
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

  /** @param {Picked} picked */
  #pickedLine(picked) {
    const drop = () => {
      this.#picked = this.#picked.filter((each) => each !== picked);
      if (picked.id !== null) void this.wiring.pictures.api.delete(`/api/files/${encodeURIComponent(picked.id)}`).catch(ignored);
      this.draw();
    };
    const how = picked.problem ?? (picked.id === null ? _("on its way …") : _("is ready"));
    return h(
      "li",
      { "data-key": picked.key, testid: "picked" },
      picked.id === null ? icon("picture") : this.wiring.pictures.view(picked.id, ""),
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
    this.draw();
    try {
      picked.id = (await this.wiring.pictures.upload(file, picked.key)).file_id;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      picked.problem = explain(error);
    }
    if (this.#picked.includes(picked)) this.draw();
  }

  #typed() {
    if (this.#editing !== null) return;
    this.#keep();
    this.wiring.typed();
  }

  #keep() {
    if (this.#editing === null) this.wiring.outbox.draft(this.wiring.bond, this.#input.value);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape" && this.#editing !== null) return this.#leaveEdit();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !matchMedia(KEYBOARD).matches) return;
    event.preventDefault();
    void this.#submit(event);
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    if (this.#busy) return;
    const content = this.#input.value.trim();
    if (this.#editing !== null) return this.#keepChange(this.#editing, content);
    if (this.#picked.some(({ id, problem }) => id === null && problem === null)) return notify(_("A picture is still on its way."));
    const files = this.#picked.flatMap(({ id }) => id ?? []);
    if (content === "") return files.length > 0 ? notify(_("Write a word with your picture.")) : undefined;
    this.#picked = [];
    this.#input.value = "";
    this.wiring.outbox.put(this.wiring.bond, content, files);
    this.draw();
    this.focus();
    this.wiring.sent();
  }

  /** @param {Message} message @param {string} content */
  async #keepChange(message, content) {
    if (content === "") return;
    if (content === message.content) return this.#leaveEdit();
    this.#busy = true;
    try {
      await this.wiring.edit(message, content);
      this.#leaveEdit();
      this.focus();
    } catch (error) {
      notify(explain(error));
    } finally {
      this.#busy = false;
    }
  }
}

/** @param {unknown} error what was not sent goes by itself after a day */
function ignored(error) {
  if (!(error instanceof ApiError)) throw error;
}
