/**
 * Where a message is written: what is typed is kept as a draft, pictures are sent ahead, and what is pressed is said once.
 * @module
 */

import { h, render } from "../../ui/dom.js";
import { explain } from "../../ui/forms.js";
import { icon } from "../../ui/icon.js";
import { notify } from "../../ui/notices.js";
import { Picking } from "../../ui/picking.js";
import { _ } from "../../ui/tongue.js";

/** @typedef {import("../../ui/picture.js").Pictures} Pictures */
/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./thread.js").Message} Message */
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
/** Where a finger types, a line break is a line break; a keyboard's Enter sends. */
const KEYBOARD = "(pointer:fine)";

export class Compose {
  /** @type {Message | null} */
  #editing = null;
  #busy = false;

  /** @param {HTMLElement} place @param {Wiring} wiring */
  constructor(place, wiring) {
    this.place = place;
    this.wiring = wiring;
    this.picking = new Picking(wiring.pictures, () => {
      this.draw();
      this.place.scrollIntoView({ block: "nearest" }); // what is written stays in sight above it
    });
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

  /** What was refused is there again, after what is typed already. @param {string} words @param {readonly string[]} files */
  restore(words, files) {
    const typed = this.#input.value;
    this.#input.value = typed === "" ? words : `${typed}\n${words}`;
    this.#keep();
    if (files.length > 0) this.picking.restore(files);
    this.focus();
  }

  draw() {
    render(
      this.place,
      h(
        "form",
        { class: "compose", testid: "compose", onsubmit: (/** @type {Event} */ event) => void this.#submit(event) },
        this.#editing === null ? null : this.#editingLine(),
        this.picking.list(),
        h(
          "div",
          { class: "compose-line" },
          this.#editing === null ? this.picking.button() : null,
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
    if (this.picking.waits) return notify(_("A picture is still on its way."));
    const { files } = this.picking;
    if (content === "") return files.length > 0 ? notify(_("Write a word with your picture.")) : undefined;
    this.picking.clear();
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
