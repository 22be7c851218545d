/**
 * Less of a partner: off the start page, disconnected, blocked. Each asks first, in a sheet that says what goes and what stays.
 * @module
 */

import { h } from "../ui/dom.js";
import { form, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { box, doing } from "../ui/rows.js";
import { openSheet, told } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {{id: string, name: string, connection: number | null, remembered: boolean}} Known id of the account; connection: of the two */
/** @typedef {{testid: string, title: string, yes: string, goes: string[], stays: string[], said: string, act: () => Promise<unknown>}} Question */

/** @param {App} app @param {Known} partner */
export function partingBox(app, partner) {
  const { name, connection, remembered } = partner;
  return box("parting", null, [
    remembered ? line(app, { testid: "forget", sign: "home", title: _("Take {name} off my start page", { name }) }, forgetting(app, partner)) : null,
    connection === null ? null : line(app, { testid: "disconnect", sign: "exit", title: _("Disconnect") }, parted(app, name, connection)),
    line(app, { testid: "blocking", sign: "close", title: _("Block {name}", { name }) }, blocked(app, partner)),
  ]);
}

/** @param {App} app @param {{testid: string, sign: string, title: string}} about @param {Question} question */
function line(app, about, question) {
  return doing({ ...about, onclick: (event) => ask(app, /** @type {Element} */ (event.currentTarget), question) });
}

/** @param {App} app @param {Element} near @param {Question} question */
function ask(app, near, { testid, title, yes, goes, stays, said, act }) {
  openSheet(near, { testid: `${testid}-sheet`, title, no: _("Leave it as it is") }, () => [
    told(_("What goes"), goes),
    told(_("What stays"), stays),
    form(
      { class: "stack" },
      async (_data, sent) => {
        await act();
        notify(said);
        app.goOn(sent, "/partners", { replace: true });
      },
      problemPlace(),
      h("button", { class: "grave", testid }, yes),
    ),
  ]);
}

/** @param {App} app @param {Known} partner @returns {Question} */
function forgetting(app, { id, name }) {
  return {
    testid: "forget-yes",
    title: _("Take {name} off your start page?", { name }),
    goes: [_("{name} in the list of whom you play with", { name })],
    stays: [_("your connection, and everything the two of you see here"), _("your games and their cards")],
    yes: _("Take off"),
    said: _("{name} is off your start page.", { name }),
    act: () => app.api.delete(`/api/partners/remembered/${encodeURIComponent(id)}`),
  };
}

/** @param {App} app @param {string} name @param {number} connection @returns {Question} */
function parted(app, name, connection) {
  return {
    testid: "disconnect-yes",
    title: _("Disconnect from {name}?", { name }),
    goes: [_("this page, for both of you, and your cards with it"), _("asking each other to play")],
    stays: [_("the evenings you had, in your history"), _("your cards: connect anew, and they are there again")],
    yes: _("Disconnect"),
    said: _("You and {name} are not connected any more.", { name }),
    act: () => app.api.post(`/api/partners/connections/${connection}/disconnect`),
  };
}

/** @param {App} app @param {Known} partner @returns {Question} */
function blocked(app, { id, name }) {
  return {
    testid: "block",
    title: _("Block {name}?", { name }),
    goes: [
      _("your connection, and this page, at once"),
      _("open games of the two of you: they end"),
      _("every way for {name} to reach you", { name }),
    ],
    stays: [
      _("the evenings you had, in your history"),
      _("the way back: {name} is not told, and you can take it back under Partners", { name }),
    ],
    yes: _("Block {name}", { name }),
    said: _("{name} is blocked.", { name }),
    act: () => app.api.post(`/api/partners/blocked/${encodeURIComponent(id)}`),
  };
}
