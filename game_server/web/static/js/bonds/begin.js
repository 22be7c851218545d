/**
 * A new bond: what it is called, for whom it is, and what one is in it.
 * @module
 */

import { signUp } from "../account/signup.js";
import { h, render } from "../ui/dom.js";
import { choice, field, form, problemPlace, text } from "../ui/forms.js";
import { _ } from "../ui/tongue.js";
import { bondPath, LONGEST_TITLE, WITH_ACCOUNT } from "./bond.js";
import { KINDS, ROLES } from "./words.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */

/** @type {Screen} */
export const newBondScreen = (root, app) => {
  const user = app.identities.current()?.kind === "user";
  render(
    root,
    h("header", null, h("a", { class: "back", testid: "back", href: "/bonds" }, _("‹ Bonds")), h("h1", null, _("A new bond"))),
    user ? beginForm(app) : signUp(app, WITH_ACCOUNT),
  );
  return () => {};
};

/** @param {App} app */
function beginForm(app) {
  return form(
    { class: "box", testid: "begin-bond" },
    (data, sent) => begin(app, data, sent),
    field(_("What is it called?"), { name: "name", required: true, maxlength: LONGEST_TITLE, autocomplete: "off" }, _("Only its members see it.")),
    choice("radio", "bond_type", _("Who is it for?"), [...KINDS], ["dyad"]),
    choice("radio", "role_in_bond", _("What are you in it?"), [...ROLES], ["switch"]),
    h("p", { class: "quiet" }, _("Each chooses their own role, and may change it at any time. Nobody leads anybody who has not agreed.")),
    problemPlace(),
    h("button", { class: "primary", testid: "begin" }, _("Begin")),
  );
}

/** @param {App} app @param {FormData} data @param {HTMLFormElement} sent */
async function begin(app, data, sent) {
  const made = await app.api.create("/api/bonds", { name: text(data, "name"), bond_type: text(data, "bond_type") });
  const path = bondPath(made.id);
  await app.api.patch(`/api${path}/me`, { role_in_bond: text(data, "role_in_bond") });
  app.goOn(sent, path, { replace: true });
}
