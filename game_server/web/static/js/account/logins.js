/**
 * Where an account is signed in, and ending it there: a phone that was lost, sold or lent.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { icon } from "../ui/icon.js";
import { notify } from "../ui/notices.js";
import { serverNow } from "../ui/servertime.js";
import { _ } from "../ui/tongue.js";
import { ago, day } from "../ui/time.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../ui/dom.js").Child} Child */
/** @typedef {{id: string, created_at: string, last_used_at: string, current: boolean}} Login times RFC 3339 */

/** @param {App} app @returns {Promise<Login[]>} this one first */
export async function openLogins(app) {
  /** @type {Login[]} */
  const found = (await app.api.get("/api/me/logins?limit=100")).items;
  return [...found.filter(({ current }) => current), ...found.filter(({ current }) => !current)];
}

/** @param {App} app @param {(content: Child) => void} draw @returns {Promise<Child>} */
export async function loginsPage(app, draw) {
  const logins = await openLogins(app);
  const again = async () => draw(await loginsPage(app, draw));
  const others = logins.filter(({ current }) => !current);
  return [
    h(
      "section",
      { class: "box", testid: "logins" },
      h(
        "ul",
        { class: "rows" },
        logins.map((each) => line(app, each, again)),
      ),
    ),
    h(
      "p",
      { class: "quiet" },
      others.length === 0
        ? _("You are signed in nowhere else.")
        : _("Something you do not know? Sign it out, and then choose another password."),
    ),
    others.length < 2
      ? null
      : h(
          "button",
          { testid: "end-others", onclick: ends(again, () => app.api.delete("/api/me/logins")) },
          _("Sign out everywhere but here"),
        ),
  ];
}

/** @param {App} app @param {Login} login @param {() => Promise<void>} again */
function line(app, { id, created_at: since, last_used_at: used, current }, again) {
  const when = current
    ? _("Since {day}", { day: day(since) })
    : _("Since {day}, used last {ago}", { day: day(since), ago: ago(used, serverNow()) });
  const end = ends(again, () => app.api.delete(`/api/me/logins/${encodeURIComponent(id)}`).catch(unlessGone));
  return h(
    "li",
    { class: "login", "data-key": id, testid: current ? "login-here" : "login" },
    icon(current ? "phone" : "phones"),
    h("span", { class: "grows" }, current ? _("This phone") : _("Another phone or browser"), h("small", null, when)),
    current ? null : h("button", { class: "plain", testid: "end-login", onclick: end }, _("Sign out")),
  );
}

/** What has ended meanwhile is what was wanted. @param {unknown} error */
function unlessGone(error) {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}

/** @param {() => Promise<void>} again @param {() => Promise<unknown>} act */
function ends(again, act) {
  return presses(async () => {
    try {
      await act();
      await again();
      notify(_("Signed out there."));
    } catch (error) {
      notify(explain(error));
    }
  });
}
