/**
 * Where one writes to a character: a draft that is kept, pictures, and one button that sends, or stops what comes.
 * @module
 */

import { DRAFTS_PREFIX } from "../../account/identity.js";
import { h, render } from "../../ui/dom.js";
import { icon } from "../../ui/icon.js";
import { drop, read, write } from "../../ui/kept.js";
import { notify } from "../../ui/notices.js";
import { Picking } from "../../ui/picking.js";
import { _ } from "../../ui/tongue.js";

/** @typedef {import("../../app.js").App} App */
/** @typedef {import("../../ui/picture.js").Pictures} Pictures */
/** @typedef {import("./talk.js").Talk} Talk */

const LONGEST = 4000;
/** Where a finger types, a line break is a line break; a keyboard's Enter sends. */
const KEYBOARD = "(pointer:fine)";

export class Compose {
  /** @param {HTMLElement} place @param {App} app @param {Talk} talk @param {Pictures} pictures @param {string} name */
  constructor(place, app, talk, pictures, name) {
    this.place = place;
    this.app = app;
    this.talk = talk;
    this.name = name;
    this.picking = new Picking(pictures, () => {
      this.draw();
      this.place.scrollIntoView({ block: "nearest" }); // what is written stays in sight above it
    });
    this.draw();
    this.#input.value = read(app.identities.fleeting, this.#key) ?? "";
  }

  get #key() {
    return `${DRAFTS_PREFIX}${this.app.identities.owner()}.character.${this.talk.character}`;
  }

  get #input() {
    return /** @type {HTMLTextAreaElement} */ (this.place.querySelector("textarea"));
  }

  focus() {
    this.#input.focus();
  }

  /** What did not arrive is there again. @param {string} words @param {readonly string[]} [files] */
  restore(words, files = []) {
    const typed = this.#input.value;
    this.#input.value = typed === "" ? words : `${words}\n${typed}`;
    this.#keep();
    if (files.length > 0) this.picking.restore(files);
    this.focus();
  }

  draw() {
    const { busy } = this.talk;
    const had = this.place.contains(document.activeElement);
    render(
      this.place,
      h(
        "form",
        { class: "compose", testid: "compose", onsubmit: (/** @type {Event} */ event) => this.#submit(event) },
        this.picking.list(),
        h(
          "div",
          { class: "compose-line" },
          this.picking.button(),
          h("textarea", {
            id: "message-text",
            testid: "message-text",
            name: "content",
            rows: 1,
            maxlength: LONGEST,
            "aria-label": _("Your words to {name}", { name: this.name }),
            placeholder: _("Write something"),
            oninput: () => this.#keep(),
            onkeydown: (/** @type {KeyboardEvent} */ event) => this.#pressed(event),
          }),
          busy
            ? h("button", { type: "button", class: "stops", testid: "stop-answer", onclick: () => void this.talk.stop() }, icon("stop"), h("span", null, _("Stop")))
            : h("button", { class: "primary send", testid: "send", "aria-label": _("Send") }, icon("send")),
        ),
      ),
    );
    // what was pressed has made room for another button: no keyboard shall lose its place
    if (had && !this.place.contains(document.activeElement)) /** @type {HTMLElement | null} */ (this.place.querySelector("button.send, button.stops"))?.focus();
  }

  #keep() {
    const { fleeting } = this.app.identities;
    if (this.#input.value === "") drop(fleeting, this.#key);
    else write(fleeting, this.#key, this.#input.value);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape" && this.talk.busy) return void this.talk.stop();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !matchMedia(KEYBOARD).matches) return;
    this.#submit(event);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.talk.busy) return;
    if (this.picking.waits) return notify(_("A picture is still on its way."));
    const { files } = this.picking;
    const words = this.#input.value.trim();
    if (words === "") return files.length > 0 ? notify(_("Write a word with your picture.")) : undefined;
    this.picking.clear();
    this.#input.value = "";
    this.#keep();
    void this.talk.say(words, files);
    this.focus();
  }
}
