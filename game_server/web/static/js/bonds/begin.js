/**
 * A new bond: what it is called, for whom it is, and what one is in it.
 * @module
 */

import { signUp } from "../account/signup.js";
import { h } from "../ui/dom.js";
import { choice, field, form, problemPlace, text } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { _ } from "../ui/tongue.js";
import { bondPath, LONGEST_TITLE, WITH_ACCOUNT } from "./bond.js";
import { KINDS, ROLES } from "./words.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./bond.js").Role} Role */

/** @type {Screen} */
export const newBondScreen = (root, app) =>
  loading(
    root,
    () => h("header", null, h("a", { class: "back", testid: "back", href: "/bonds" }, _("‹ Bonds")), h("h1", null, _("A new bond"))),
    async () => (app.identities.current()?.kind === "user" ? beginForm(app, await usualRole(app)) : signUp(app, WITH_ACCOUNT)),
    { again: true },
  );

/** What one says that one is, in whatever bond. Throws ApiError. @param {App} app @returns {Promise<Role>} */
export async function usualRole(app) {
  return (await app.api.get("/api/me")).dynamic_role ?? "switch";
}

/** @param {App} app @param {Role} role */
function beginForm(app, role) {
  return form(
    { class: "box", testid: "begin-bond" },
    (data, sent) => begin(app, data, sent),
    field(_("What is it called?"), { name: "name", required: true, maxlength: LONGEST_TITLE, autocomplete: "off" }, _("Only its members see it.")),
    choice("radio", "bond_type", _("Who is it for?"), [...KINDS], ["dyad"]),
    h("div", { class: "single" }, choice("radio", "role_in_bond", _("What are you in it?"), [...ROLES], [role])),
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
