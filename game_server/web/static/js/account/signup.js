/**
 * The way to an account for whoever plays without one, and what it is good for where they meet it.
 * @module
 */

import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";
import { leaving } from "./leaving.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app @param {string} why */
export function signUp(app, why) {
  const make = leaving(
    app,
    () => {
      app.first = "register";
    },
    () => ({ title: _("Begin anew, with an account?"), yes: _("Make an account") }),
  );
  return h(
    "section",
    { class: "card-like", testid: "sign-up" },
    h("p", null, why),
    h("p", { class: "quiet" }, _("It takes an e-mail address and a password. You begin anew with it: what you answered and played without an account does not come along.")),
    h("button", { class: "primary", type: "button", testid: "to-sign-up", onclick: make }, _("Make an account")),
  );
}
