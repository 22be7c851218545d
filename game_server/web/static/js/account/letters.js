/**
 * Where links in the server's mails lead: choosing a new password, confirming an address, no more requests by mail.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { field, form, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { confirmEmail, confirmReset, refuseMails } from "./login.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").Screen} Screen */

/** @param {string} label @param {string} autocomplete */
function passwordField(label, autocomplete) {
  return field(label, { name: "password", type: "password", autocomplete, minlength: 8, required: true });
}

/** @param {string} token @returns {Screen} */
export function resetScreen(token) {
  return (root, app) => {
    const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
      await confirmReset(app.api, token, String(data.get("password")));
      app.first = "login";
      notify(_("The new password is set. Please sign in."));
      app.goOn(sent, "/", { replace: true });
    };
    render(
      root,
      h("h1", null, _("Choose a new password")),
      form(
        { class: "card-like" },
        act,
        passwordField(_("New password"), "new-password"),
        h("p", { class: "quiet" }, _("Every device that is signed in now will be signed out.")),
        problemPlace(),
        h("button", { class: "primary", testid: "set-password" }, _("Set password")),
        h("a", { class: "button plain", href: "/" }, _("To the start")),
      ),
    );
    return () => {};
  };
}

/** Whoever opens the link again is most likely done, and there is nobody to ask for another. @param {unknown} error */
function orOpenedBefore(error) {
  if (!(error instanceof ApiError && error.code === "invalid_token")) throw error;
  throw new ApiError(error.status, "confirmed_before", error.message);
}

/** @param {string} token @returns {Screen} */
export function confirmScreen(token) {
  return (root, app) => {
    const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
      await confirmEmail(app.api, token, String(data.get("password"))).catch(orOpenedBefore);
      app.first = app.identities.current() === null ? "login" : null;
      notify(app.first ? _("Thank you, your address is confirmed. Please sign in.") : _("Thank you, your address is confirmed."));
      app.goOn(sent, "/", { replace: true });
    };
    render(
      root,
      h("h1", null, _("Confirm your e\u2011mail address")),
      form(
        { class: "card-like" },
        act,
        passwordField(_("Your password"), "current-password"),
        h("p", { class: "quiet" }, _("The one you chose, or a new one: what you say here is your password from now on.")),
        problemPlace(),
        h("button", { class: "primary", testid: "confirm-email" }, _("Confirm")),
        h("a", { class: "button plain", href: "/" }, _("To the start")),
      ),
    );
    return () => {};
  };
}

/** This link never runs out. @param {unknown} error */
function orIncomplete(error) {
  if (!(error instanceof ApiError && error.code === "invalid_token")) throw error;
  throw new ApiError(error.status, "incomplete_link", error.message);
}

/** @param {string} token @returns {Screen} */
export function unaskedScreen(token) {
  return (root, app) => {
    const act = async (/** @type {FormData} */ _data, /** @type {HTMLFormElement} */ sent) => {
      await refuseMails(app.api, token).catch(orIncomplete);
      notify(_("No more requests go to your address."));
      app.goOn(sent, "/", { replace: true });
    };
    render(
      root,
      h("h1", null, _("No more requests by mail")),
      form(
        { class: "card-like" },
        act,
        h("p", null, _("Nobody will be able to send a request to connect to your address. They are not told.")),
        h("p", { class: "quiet" }, _("What you ask for yourself, such as a new password, still comes.")),
        problemPlace(),
        h("button", { class: "primary", testid: "refuse-mails" }, _("No more requests")),
        h("a", { class: "button plain", href: "/" }, _("To the start")),
      ),
    );
    return () => {};
  };
}
