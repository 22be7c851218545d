/**
 * Looking for words in what was said. The server opens a number of messages at a time, so there may be more behind an empty page.
 * @module
 */

import { h } from "../../ui/dom.js";
import { explain, form, problemPlace, text } from "../../ui/forms.js";
import { icon } from "../../ui/icon.js";
import { moment } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";

/** @typedef {import("./chat.js").Chat} Chat */
/** @typedef {import("./thread.js").Message} Message */

export class Finding {
  open = false;
  words = "";
  /** @type {Message[] | null} null: nothing was asked for yet */
  found = null;
  /** @type {string | null} where to go on */
  cursor = null;
  /** @type {string | null} */
  problem = null;

  /** @param {Chat} chat @param {() => void} draw @param {(message: Message) => void} lead */
  constructor(chat, draw, lead) {
    this.chat = chat;
    this.draw = draw;
    this.lead = lead;
  }

  close() {
    this.open = false;
    this.found = null;
    this.draw();
  }

  toggle() {
    if (this.open) return this.close();
    this.open = true;
    this.draw();
    /** @type {HTMLElement | null} */ (document.querySelector("[data-testid='find-words']"))?.focus();
  }

  /** Throws ApiError. @param {string} words */
  async ask(words) {
    const { items, next_cursor: next } = await this.chat.search(words, null);
    Object.assign(this, { words, found: items, cursor: next, problem: null });
    this.draw();
  }

  async more() {
    try {
      const { items, next_cursor: next } = await this.chat.search(this.words, this.cursor);
      this.found = [...(this.found ?? []), ...items];
      this.cursor = next;
      this.problem = null;
    } catch (error) {
      this.problem = explain(error);
    }
    this.draw();
  }
}

/** @param {Finding} finding */
export function findView(finding) {
  return h(
    "div",
    { class: "finding", "data-key": "finding" },
    h(
      "button",
      { class: "plain signed", type: "button", testid: "find", "aria-expanded": finding.open, onclick: () => finding.toggle() },
      icon("find"),
      h("span", null, finding.open ? _("Close the search") : _("Search")),
    ),
    finding.open ? [findForm(finding), foundView(finding)] : null,
  );
}

/** @param {Finding} finding */
function findForm(finding) {
  return form(
    { class: "find-form", role: "search", "data-key": "find-form" },
    async (data) => {
      const words = text(data, "q");
      if (words !== "") await finding.ask(words);
    },
    h("input", { type: "search", name: "q", testid: "find-words", "aria-label": _("Words that were said"), maxlength: 200 }),
    h("button", { testid: "find-go" }, _("Find")),
    problemPlace(),
  );
}

/** @param {Finding} finding */
function foundView(finding) {
  const { found, cursor, problem, chat } = finding;
  if (found === null) return null;
  return h(
    "div",
    { class: "box", "data-key": "found", testid: "found" },
    h("p", { role: "status", class: "quiet" }, found.length === 0 ? (cursor === null ? _("Nothing was found.") : _("Nothing was found yet.")) : null),
    h(
      "ul",
      { class: "rows" },
      found.map((message) =>
        h(
          "li",
          { "data-key": message.id },
          h(
            "button",
            { class: "goto", type: "button", testid: "found-message", onclick: () => finding.lead(message) },
            h(
              "span",
              { class: "about" },
              h(
                "span",
                null,
                message.content,
                h("small", null, message.from_user_id === chat.me ? _("You, {time}", { time: moment(message.created_at) }) : _("{name}, {time}", { name: chat.bond.nameOf(message.from_user_id), time: moment(message.created_at) })),
              ),
            ),
          ),
        ),
      ),
    ),
    problem === null ? null : h("p", { class: "problem", role: "alert" }, problem),
    cursor === null ? null : h("button", { type: "button", testid: "find-more", onclick: () => void finding.more() }, _("Look further back")),
  );
}
