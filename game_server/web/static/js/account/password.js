/**
 * How one signs in: the address, and another password.
 * @module
 */

import { h } from "../ui/dom.js";
import { field, form, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {{email: string, auth_provider: string}} SignIn the part of an account that this is about */

/** @param {App} app */
export async function passwordPage(app) {
  /** @type {SignIn} */
  const me = await app.api.get("/api/me");
  return [
    h(
      "section",
      { class: "box" },
      h("p", null, _("You sign in with {email}.", { email: me.email })),
      me.auth_provider === "email" ? null : h("p", { class: "quiet" }, _("Your password is not kept here, but where you sign in.")),
    ),
    me.auth_provider === "email" ? passwordForm(app) : null,
  ];
}

/** @param {App} app */
function passwordForm(app) {
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    await app.api.create("/api/me/password", { current: String(data.get("current")), new: String(data.get("new")) });
    sent.reset();
    notify(_("The new password is set."));
  };
  return form(
    { class: "box", "data-key": "password", testid: "changing-password" },
    act,
    h("h2", null, _("Another password")),
    field(_("Password now"), { name: "current", type: "password", autocomplete: "current-password", required: true }),
    field(
      _("New password"),
      { name: "new", type: "password", autocomplete: "new-password", minlength: 8, required: true },
      _("At least 8 characters."),
    ),
    h("p", { class: "quiet" }, _("Every other phone that is signed in now will be signed out.")),
    problemPlace(),
    h("button", { class: "primary", testid: "change-password" }, _("Change it")),
  );
}
