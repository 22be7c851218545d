/**
 * What is about oneself and not about playing: limits, plan, leaving.
 * @module
 */

import { leaving } from "../account/leaving.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { _ } from "../ui/tongue.js";
import { item } from "./others.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function yours(app) {
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
        { class: "item", testid: "sign-out", onclick: leaving(app) },
        icon("exit"),
        h("span", null, user ? _("Sign out") : _("Forget me here")),
      ),
    ),
  );
}
