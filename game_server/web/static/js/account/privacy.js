/**
 * Who can read what, in the words that every screen uses: what is sealed, and what the server reads because it chooses
 * cards by it.
 * @module
 */

import { h } from "../ui/dom.js";
import { promises } from "../ui/promises.js";
import { _ } from "../ui/tongue.js";

const SEALED = [
  _("your answers to the survey as you gave them"),
  _("everything you hand in, kept as it was"),
  _("free text in the settings of a game"),
];
const READABLE = [
  _("what follows from your answers: what you said Yes, Maybe and No to, and your scores"),
  _("your limits"),
  _("which cards you were shown and how you found them"),
  _("the log of each game, turn by turn"),
  _("cards that you and a partner write for yourselves"),
];

export const PRIVACY = _("Who can read what");

/** Closed until somebody wants to know. */
export function privacy() {
  return h("details", { class: "privacy", testid: "privacy" }, h("summary", null, PRIVACY), told());
}

/** A page of it. */
export function privacyPage() {
  return h("section", { class: "box", testid: "who-reads-what" }, told());
}

function told() {
  return [
    h("p", null, _("Sealed with a key of your own, not readable in the database:")),
    promises(SEALED),
    h("p", null, _("Not sealed, because the server chooses cards by it:")),
    promises(READABLE),
    h(
      "p",
      null,
      _("A partner sees your name, the cards of your games, and what you share on the page “You”. A connected one also sees the cards you write for the two of you, and those that both of you liked. Nothing else."),
    ),
    h(
      "p",
      null,
      _("Where this server lets an AI write cards, it is told a level and some of what both of you said Yes to; never names or who you are."),
    ),
    h("p", null, _("Where this server offers Notion, nothing goes there but what you switch on. Words that go can be read there.")),
    h("p", null, _("Erase yourself, and it goes at once; backups forget it within 35 days.")),
  ];
}
