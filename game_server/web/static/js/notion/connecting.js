/**
 * Letting Notion in: by signing in there, or by a token of one's own; and letting go of it, which asks once.
 * @module
 */

import { h } from "../ui/dom.js";
import { explain, field, form, presses, problemPlace, text } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { openSheet, told } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { leadTo } from "./heading.js";
import { saidWords } from "./words.js";

/** @typedef {import("./mirror.js").Mirror} Mirror */

const TOKEN = { name: "notion_token", type: "password", required: true, minlength: 16, maxlength: 512, pattern: "[!-~]+", autocomplete: "off", spellcheck: "false" };

/** Notion does not take the token any more. */
export function brokenBox() {
  return h(
    "section",
    { class: "box", testid: "notion-broken" },
    h("h2", null, _("Notion does not let us in any more")),
    h("p", null, _("Perhaps the token was taken back there. Nothing goes either way until you connect again, and nothing is lost meanwhile.")),
  );
}

/** @param {Mirror} mirror */
export function connectBox(mirror) {
  const { oauth, broken } = mirror.status;
  return h(
    "section",
    { class: "box", testid: "notion-connect" },
    h("h2", null, broken ? _("Connect again") : _("Connect your Notion")),
    mirror.said === null || mirror.said === "connected" ? null : h("p", { class: "problem", role: "alert", testid: "notion-said" }, saidWords(mirror.said)),
    oauth ? signIn(mirror) : tokenForm(mirror),
    oauth ? h("details", { testid: "by-token" }, h("summary", { testid: "see-token-way" }, _("With a token instead")), tokenForm(mirror)) : null,
  );
}

/** @param {Mirror} mirror */
function signIn(mirror) {
  const away = presses(async () => {
    try {
      location.assign(await mirror.away());
    } catch (error) {
      notify(explain(error));
    }
  });
  return [
    h("p", null, _("You say yes at Notion, choose there which page we may see, and come back here.")),
    h("button", { class: "primary", type: "button", testid: "notion-sign-in", onclick: away }, _("Sign in at Notion")),
  ];
}

/** @param {Mirror} mirror */
function tokenForm(mirror) {
  const act = async (/** @type {FormData} */ data) => {
    await mirror.connect(text(data, "notion_token"));
    leadTo("notion-connected");
    notify(mirror.flowing.length === 0 ? _("Connected. Nothing goes out yet.") : _("Connected again."));
  };
  return form(
    { class: "stack", testid: "notion-token-form" },
    act,
    h("p", null, _("Make an internal integration in Notion’s settings, and copy its token. Then open the page under which everything is to stand, and add the integration to it: at the three dots, under “Connections”.")),
    field(_("Token"), TOKEN, _("It is sealed, and never shown again.")),
    problemPlace(),
    h("button", { class: mirror.status.oauth ? null : "primary", testid: "notion-connect-token" }, mirror.status.broken ? _("Connect again") : _("Connect")),
  );
}

/** @param {Mirror} mirror */
export function leaveBox(mirror) {
  return h(
    "section",
    { class: "box", testid: "notion-leave" },
    h("h2", null, _("Disconnect")),
    h("p", { class: "quiet" }, _("Nothing goes either way from then on. What stands in Notion stays there, and everything here stays as it is.")),
    h("button", { type: "button", testid: "notion-disconnect", onclick: (/** @type {Event} */ event) => leaveSheet(mirror, event) }, _("Disconnect")),
  );
}

/** @param {Mirror} mirror @param {Event} event */
function leaveSheet(mirror, { currentTarget }) {
  openSheet(/** @type {Element} */ (currentTarget), { testid: "notion-leaving", title: _("Disconnect Notion?"), no: _("Stay connected") }, (close) => [
    told(_("What goes"), [_("your token, at once"), _("which page belongs to what, and what you had not decided yet"), _("everything that was still on its way")]),
    told(_("What stays"), [
      _("all that stands in your workspace: it is yours, and only you can delete it"),
      _("everything here, as it is"),
      _("if you connect again, the databases are found again, and nothing is written over unasked"),
    ]),
    form(
      { class: "stack" },
      async () => {
        await mirror.disconnect();
        close();
        leadTo("notion-before");
        notify(_("Disconnected. What stands in Notion is yours."));
      },
      problemPlace(),
      h("button", { class: "grave", testid: "notion-disconnect-yes" }, _("Disconnect")),
    ),
  ]);
}
