/**
 * What is about oneself and not about playing: limits, plan, leaving.
 * @module
 */

import { h } from "../ui/dom.js";
import { presses } from "../ui/forms.js";
import { icon } from "../ui/icon.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";
import { item } from "./others.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app @returns {() => Promise<void>} sign out; whoever would lose answers is warned first */
export function leaving(app) {
  let warned = false;
  return async () => {
    if (!warned && (app.saving.state === "failing" || !(await app.saving.flush()))) {
      warned = true;
      void app.saving.flush();
      return notify(_("Your last answers are not saved yet and would be lost. Press again to leave all the same."));
    }
    await app.signOut();
  };
}

/** @param {App} app @param {() => Promise<void>} leave */
export function yours(app, leave) {
  const user = app.identities.current()?.kind === "user";
  return h(
    "ul",
    { class: "card-like items" },
    item("heart", { testid: "evenings", href: "/evenings" }, _("Our evenings")),
    item("limits", { testid: "my-limits", href: "/limits" }, _("My limits")),
    item("moon", { testid: "my-plan", href: "/plan" }, _("My plan")),
    h(
      "li",
      { "data-key": "sign-out" },
      h(
        "button",
        { class: "item", testid: "sign-out", onclick: presses(leave) },
        icon("exit"),
        h("span", null, user ? _("Sign out") : _("Forget me here")),
      ),
    ),
  );
}
