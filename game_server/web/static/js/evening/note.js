/**
 * A note that somebody writes to themselves about an evening. It is kept sealed with a key of their own, and nobody else sees it.
 * @module
 */

import { h } from "../ui/dom.js";
import { explain, form, presses, problemPlace } from "../ui/forms.js";
import { icon } from "../ui/icon.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../api.js").Api} Api */

export const LONGEST_NOTE = 2000;

/** What this page knows of one note. */
export class OwnNote {
  /** @type {string | null | undefined} undefined: not read yet; null: there is none */
  text = undefined;
  /** Is it being written? */
  writing = false;

  /** @param {Api} api @param {string} id of the session @param {() => void} drawn */
  constructor(api, id, drawn) {
    this.api = api;
    this.path = `/api/sessions/${encodeURIComponent(id)}/note`;
    this.drawn = drawn;
  }

  /** Throws what is refused. */
  async read() {
    this.text = (await this.api.get(this.path)).text;
  }

  /** @param {boolean} writing */
  write(writing) {
    this.writing = writing;
    this.drawn();
    const testid = writing ? "note-text" : "note-open";
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-testid="${testid}"]`))?.focus();
  }

  /** An empty one is none. Throws what is refused. @param {string} text */
  async keep(text) {
    if (text.trim() === "") await this.api.delete(this.path);
    else text = (await this.api.put(this.path, { text })).text;
    this.text = text.trim() === "" ? null : text;
    this.write(false);
  }
}

/** Begins a note where there is none. @param {OwnNote} note */
export function noteButton(note) {
  if (note.text !== null || note.writing) return null;
  return h("button", { type: "button", testid: "note-open", onclick: () => note.write(true) }, icon("note"), _("A note to myself"));
}

/** The note as it was left, or as it is being written. @param {OwnNote} note */
export function noteView(note) {
  if (note.text === undefined) return null;
  if (note.writing) return noteForm(note);
  if (note.text === null) return null;
  return h(
    "section",
    { class: "card-like own-note", testid: "note" },
    h("h2", null, icon("note"), _("Your note")),
    h("p", { class: "written", testid: "note-shown" }, note.text),
    h("button", { type: "button", class: "plain", testid: "note-open", onclick: () => note.write(true) }, _("Change it")),
  );
}

/** @param {OwnNote} note */
function noteForm(note) {
  const erase = presses(async () => {
    try {
      await note.keep("");
    } catch (error) {
      notify(explain(error));
    }
  });
  return form(
    { class: "card-like own-note", testid: "note-form" },
    async (data) => note.keep(String(data.get("text") ?? "")),
    h("label", { for: "note-text" }, _("A note to myself")),
    h("textarea", {
      id: "note-text",
      testid: "note-text",
      name: "text",
      rows: 4,
      maxlength: LONGEST_NOTE,
      "aria-describedby": "note-hint problem-text",
    }, note.text),
    h("small", { id: "note-hint" }, _("Only you can read it: it is kept sealed with a key of your own.")),
    h("p", { class: "problem", id: "problem-text", "data-live": true }),
    problemPlace(),
    h(
      "div",
      { class: "side-by-side" },
      h("button", { class: "primary", testid: "note-save" }, _("Keep it")),
      h("button", { type: "button", testid: "note-close", onclick: () => note.write(false) }, _("Not now")),
    ),
    note.text === null
      ? null
      : h("button", { type: "button", class: "plain", testid: "note-erase", onclick: erase }, icon("trash"), _("Delete this note")),
  );
}
