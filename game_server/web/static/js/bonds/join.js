/**
 * Joining by a code, which stands behind the # of a link or is typed. What it means is said before anything is asked.
 * @module
 */

import { signUp } from "../account/signup.js";
import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { choice, field, form, problemPlace, text } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { promises } from "../ui/promises.js";
import { _ } from "../ui/tongue.js";
import { forgetAsked, keepAsked } from "./asked.js";
import { usualRole } from "./begin.js";
import { bondPath, WITH_ACCOUNT } from "./bond.js";
import { ROLES } from "./words.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./bond.js").Role} Role */

const LONGEST_CODE = 64;

/** @param {string} code of the link, or empty @returns {Screen} */
export function joinBondScreen(code) {
  return (root, app) =>
    loading(
      root,
      () => h("header", null, h("a", { class: "back", testid: "back", href: "/bonds" }, _("‹ Bonds")), h("h1", null, _("Join a bond"))),
      async () => (app.identities.current()?.kind === "user" ? joinForm(app, code, await usualRole(app)) : signUp(app, WITH_ACCOUNT)),
      { again: true },
    );
}

/** @param {App} app @param {string} code @param {Role} role */
function joinForm(app, code, role) {
  return form(
    { class: "box", testid: "join-bond" },
    (data, sent) => join(app, data, sent),
    h("p", null, _("Somebody would like you in their bond. This is what it means:")),
    promises([
      _("Everybody in it has to say yes first. They see your name, and nothing of your answers or limits."),
      _("Together you see its tasks, rules, plans and lists. Words, scenes and contracts from before you came you do not see."),
      _("They see how you are: here, low energy or pausing, and never why."),
      _("You may pause or leave at any moment, alone and without a reason."),
    ]),
    code === ""
      ? field(_("The code"), { name: "invite_code", required: true, maxlength: LONGEST_CODE, autocomplete: "off", autocapitalize: "characters", spellcheck: "false" }, _("Spaces and dashes do not matter."))
      : h("input", { type: "hidden", name: "invite_code", value: code }),
    h("div", { class: "single" }, choice("radio", "role_in_bond", _("What would you be in it?"), [...ROLES], [role])),
    h("p", { class: "quiet" }, _("You may change it at any time, and who may lead you is yours to say.")),
    problemPlace(),
    h("button", { class: "primary", testid: "join-this-bond" }, _("Ask to join")),
    h("a", { class: "button plain", href: "/" }, _("Not now")),
  );
}

/** @param {App} app @param {FormData} data @param {HTMLFormElement} sent */
async function join(app, data, sent) {
  const role = /** @type {Role} */ (text(data, "role_in_bond"));
  const { bond_id: bond, status } = await asked(app, text(data, "invite_code"));
  keepAsked(app, bond, role);
  if (status === "requested") return app.goOn(sent, "/bonds", { replace: true });
  await takeRole(app, bond, role);
  app.goOn(sent, bondPath(bond), { replace: true });
}

/** @param {App} app @param {string} code @returns {Promise<{bond_id: string, status: "active" | "requested"}>} */
async function asked(app, code) {
  try {
    return await app.api.create("/api/bonds/join", { invite_code: code });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "invalid_token")) throw error;
    throw new ApiError(error.status, "wrong_state", _("This code is wrong, has run out or was taken back. Ask for a new one."));
  }
}

/**
 * What one wished to be before one was let in. A wish is taken once: later one says it in the bond itself.
 * @param {App} app @param {string} bond @param {string} role
 */
export async function takeRole(app, bond, role) {
  forgetAsked(app, bond);
  await app.api.patch(`/api${bondPath(bond)}/me`, { role_in_bond: role });
}
