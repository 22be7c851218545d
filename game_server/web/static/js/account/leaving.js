/**
 * Leaving this phone: signing out, or being forgotten by a browser that nobody can come back to.
 * @module
 */

import { h } from "../ui/dom.js";
import { presses } from "../ui/forms.js";
import { openSheet, told } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {{title: string, yes: string}} Words the question, and what goes */

/**
 * Who loses nothing goes at once; who would lose something is asked first.
 * @param {App} app
 * @param {() => void} [before] what they leave for is got ready
 * @param {(user: boolean) => Words} [words] how they are asked
 * @returns {(event: Event) => Promise<unknown>}
 */
export function leaving(app, before = () => {}, words = usual) {
  return async (event) => {
    const near = /** @type {Element} */ (event.currentTarget);
    const user = app.identities.current()?.kind === "user";
    await presses(async () => {
      const saved = app.saving.state !== "failing" && (await app.saving.flush());
      const leave = () => {
        before();
        return app.signOut();
      };
      if (user && saved) return leave();
      if (near.isConnected) ask(near, words(user), user, saved, leave);
    })(event);
  };
}

/** @param {boolean} user @returns {Words} */
function usual(user) {
  return user
    ? { title: _("Sign out all the same?"), yes: _("Sign out") }
    : { title: _("Forget you on this phone?"), yes: _("Forget me here") };
}

/** @param {Element} near @param {Words} words @param {boolean} user @param {boolean} saved @param {() => Promise<void>} leave */
function ask(near, { title, yes }, user, saved, leave) {
  openSheet(
    near,
    { testid: "leaving-sheet", title, no: _("Stay") },
    () => [
      told(_("What goes"), [
        saved ? null : _("your last answers: they are not saved yet, and would be lost"),
        user ? null : _("the way back: without an account nobody can come back as you"),
      ]),
      told(_("What stays"), [
        user
          ? _("everything else, in your account")
          : _("what the server keeps, for 90 days; “Erase everything” takes it away at once"),
      ]),
      h("button", { class: "grave", testid: "leave-anyway", onclick: presses(leave) }, yes),
    ],
  );
}
