/**
 * "This phone": what is set for the phone in hand, not for the person. Each thing that can be set here has its line.
 * @module
 */

import { phoneRows } from "../shell/box.js";
import { h } from "../ui/dom.js";
import { box, goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";
import { languageChoice } from "./language.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app @param {string | null} push how its person is told while the page is closed; null: without an account */
export function phoneBox(app, push) {
  const user = app.identities.current()?.kind === "user";
  return box("this-phone", _("This phone"), [
    user
      ? goto({
          testid: "to-told",
          href: "/you/told",
          sign: "bell",
          title: _("Notifications"),
          hint: _("Never say with whom, nor what you answered"),
          value: push === "off" ? _("Off") : _("On"),
        })
      : null,
    ...phoneRows(app),
    h("li", { "data-key": "languages" }, languageChoice(app)),
  ]);
}
