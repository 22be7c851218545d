/**
 * Being forgotten, on the server too: everything that is kept about whoever is here, with or without an account.
 * @module
 */

import { h } from "../ui/dom.js";
import { form, problemPlace, tick } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { openSheet, told } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { eraseMe } from "./login.js";

/** @typedef {import("../app.js").App} App */

/** The question, in the sheet that it takes: what goes, what stays. @param {App} app @param {Event} event of what was pressed */
export function askToErase(app, event) {
  const user = app.identities.current()?.kind === "user";
  const near = /** @type {Element} */ (event.currentTarget);
  openSheet(
    near,
    { testid: "erasing-sheet", title: user ? _("Erase your account?") : _("Erase everything about you?"), no: _("Keep everything") },
    () => [
      told(_("What goes, at once and for good"), [
        user ? _("your account: name, e-mail address, password, every login") : _("your name and your body, as you told them"),
        _("your answers, your profile and your limits"),
        user ? _("your part in your bonds: journal, check-ins, messages’ words, pictures, what you signed") : null,
        user ? _("your history, hearts and notes, and who you are connected with") : _("your history and your hearts"),
        _("your place in games that are open: they cannot go on"),
      ]),
      told(_("What stays"), [
        _("the games a partner played with you, in their history and without your name"),
        user ? _("what you wrote for all of a bond: the others keep it, and it names you no more") : null,
        _("backups, which forget you within 35 days"),
      ]),
      form(
        { class: "stack", "data-key": "erase" },
        async () => {
          await eraseMe(app.api);
          app.navigate("/");
          notify(_("Everything about you is erased."));
        },
        tick("erase-sure", _("Yes, erase everything about me")),
        problemPlace(),
        h("button", { class: "grave", testid: "erase-me" }, user ? _("Erase my account") : _("Erase me")),
      ),
    ],
  );
}
