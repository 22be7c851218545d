/**
 * With somebody else: another partner, a link, or one phone for both.
 * @module
 */

import { opens } from "../pairing/open.js";
import { h } from "../ui/dom.js";
import { goto } from "../ui/rows.js";
import { sheet } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { settingsOf } from "./evening.js";
import { tonight } from "./hero.js";

/** @typedef {import("./home.js").Home} Home */
/** @typedef {import("./home.js").Partner} Partner */

/** @param {Home} home @param {Partner[]} partners */
export function othersSheet(home, partners) {
  const close = () => home.change({ sheet: null });
  const { app } = home;
  return sheet(
    { testid: "others-sheet", title: _("With whom?"), close, word: _("Not now") },
    h(
      "ul",
      { class: "rows" },
      partners.map((each) =>
        goto({
          testid: `partner-${each.user_id}`,
          onclick: opens(app, () => settingsOf(home.evening, { known: true }), each),
          sign: "us",
          title: _("Play with {name}", { name: each.name }),
        }),
      ),
      goto({
        testid: "start",
        onclick: opens(app, () => settingsOf(home.evening)),
        sign: "phones",
        title: _("Invite somebody"),
        hint: _("By a code or a link. They need no account."),
      }),
      onePhone(home),
    ),
    tonight(home),
  );
}

/** @param {Home} home */
export function onePhone(home) {
  return goto({
    testid: "one-phone",
    onclick: () => home.change({ sheet: null, guest: true }),
    sign: "phone",
    title: _("One phone for both"),
    hint: _("You hand it over, card by card"),
  });
}
