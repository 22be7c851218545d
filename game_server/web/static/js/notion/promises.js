/**
 * What is said before anything flows.
 * @module
 */

import { h } from "../ui/dom.js";
import { promises } from "../ui/promises.js";
import { _ } from "../ui/tongue.js";
import { heading } from "./heading.js";

const TITLE = _("What goes out, and what stays yours");
const LINES = [
  _("Connecting lets nothing out. You switch on what goes, kind by kind, and off again whenever you like."),
  _("Each kind goes without words, which is states, dates and numbers, or with them: texts, tags and names, too."),
  _("Here words are sealed. In Notion they can be read, by Notion and by whoever is in that workspace."),
  _("Of what you share in a bond all goes along that you may read, your partner’s words too, and into your own workspace only. Talk about it first."),
  _("What you change in Notion counts as if you had asked for it here: limits and pauses hold there, too, and a No stays a No."),
  _("Nothing that happens in Notion ever deletes anything here."),
  _("When you disconnect, what stands in Notion stays there. Deleting it there is up to you."),
];

/** Open, for who has not connected. */
export function before() {
  return h("section", { class: "box", testid: "notion-before" }, heading(TITLE), promises(LINES));
}

/** Closed, to be read once more. */
export function again() {
  return h("details", { class: "box", testid: "notion-before" }, h("summary", null, TITLE), promises(LINES));
}
