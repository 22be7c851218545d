/**
 * Letting Notion in: by signing in there, or by a token of one's own; and letting go of it, which asks once.
 * @module
 */

import { h } from "../ui/dom.js";
import { explain, field, form, presses, problemPlace, text } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { openSheet, told } from "../ui/sheet.js";
import { _, ngettext } from "../ui/tongue.js";
import { heading, leadTo } from "./heading.js";
import { brokenWords, kindWords, saidWords } from "./words.js";

/** @typedef {import("./mirror.js").Mirror} Mirror */

const TOKEN = { name: "notion_token", type: "password", required: true, minlength: 16, maxlength: 512, pattern: "[!-~]+", autocomplete: "off", spellcheck: "false" };

/** Nothing goes any more: why, what to do, and what would go again. @param {Mirror} mirror */
export function brokenBox(mirror) {
  const { error, workspace } = mirror.status;
  const { title, says } = brokenWords(error);
  return h(
    "section",
    { class: "box", testid: "notion-broken" },
    heading(title),
    workspace === null ? null : h("p", { testid: "notion-was" }, _("The workspace is “{workspace}”.", { workspace })),
    says.map((each) => h("p", null, each)),
    mirror.flowing.length === 0 ? null : goesAgain(mirror),
  );
}

/** What was switched on flows with the next connection: each of it can be switched off before. @param {Mirror} mirror */
function goesAgain(mirror) {
  const { length } = mirror.flowing;
  return h(
    "details",
    { open: mirror.status.error === "restored" },
    h("summary", { testid: "see-goes-again" }, ngettext("{n} kind goes as soon as you connect again", "{n} kinds go as soon as you connect again", length)),
    h("ul", { class: "rows", testid: "goes-again" }, mirror.flowing.map(([name, { texts }]) => goingLine(mirror, name, texts))),
  );
}

/** @param {Mirror} mirror @param {string} name @param {boolean} texts */
function goingLine(mirror, name, texts) {
  const { label: kind } = kindWords(name);
  const off = presses(async () => {
    try {
      await mirror.flow(name, "off");
      leadTo("notion-broken");
      notify(_("{kind}: off. What stands in Notion stays there.", { kind }));
    } catch (error) {
      notify(explain(error));
    }
  });
  return h(
    "li",
    { class: "goes-again", "data-key": name },
    h("span", null, texts ? _("{kind}, with words", { kind }) : _("{kind}, without words", { kind })),
    h("button", { class: "plain", type: "button", testid: `${name}-off`, "aria-label": _("{kind}: switch off", { kind }), onclick: off }, _("Switch off")),
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
