/**
 * One phone for both: who the guest is, for this evening only. That they are an adult the guest says again, when the phone is in their
 * hands.
 * @module
 */

import { anatomyChoices, nameField } from "../account/demographics.js";
import { openGame } from "../pairing/open.js";
import { h } from "../ui/dom.js";
import { form, problemPlace, text, texts, tick } from "../ui/forms.js";
import { _ } from "../ui/tongue.js";
import { settingsOf } from "./evening.js";

/** @typedef {import("./home.js").Home} Home */

/** @param {Home} home */
export function guestPage(home) {
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    const hosted = {
      name: text(data, "name"),
      anatomy_self: texts(data, "anatomy_self"),
      anatomy_preference: texts(data, "anatomy_preference"),
      adult: true,
    };
    await openGame(home.app, sent, { settings: settingsOf(home.evening, { onePhone: true }), partner: { hosted } });
  };
  return [
    h(
      "header",
      null,
      h("button", { class: "plain back", testid: "guest-back", onclick: () => home.change({ guest: false }) }, _("‹ Back")),
      h("h1", { tabindex: -1 }, _("One phone for both")),
    ),
    h("p", { class: "quiet" }, _("About your partner, for this evening only. Nothing of it is kept.")),
    form(
      { class: "card-like", testid: "hosted" },
      act,
      nameField(""),
      anatomyChoices(_("your partner")),
      tick("adult", _("My partner is an adult too (18 or older, and of full age where we are).")),
      problemPlace(),
      h("button", { class: "primary", testid: "start" }, _("Open the game")),
    ),
  ];
}
