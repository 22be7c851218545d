/**
 * With somebody else: another partner, a link, or one phone for both.
 * @module
 */

import { drawer } from "../room/drawer.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { _ } from "../ui/tongue.js";
import { settingsOf } from "./evening.js";
import { tonight } from "./hero.js";
import { opens } from "./open.js";

/** @typedef {import("./home.js").Home} Home */
/** @typedef {import("./home.js").Partner} Partner */
/** @typedef {import("../ui/dom.js").Attributes} Attributes */

/**
 * A line that leads on.
 * @param {string} sign @param {Attributes} attributes with `onclick` or `href` @param {string} text @param {string} [hint]
 */
export function item(sign, attributes, text, hint) {
  const inside = [icon(sign), h("span", null, text, hint === undefined ? null : h("small", null, hint)), icon("next")];
  const kind = { ...attributes, class: "item" };
  return h("li", { "data-key": String(attributes["testid"]) }, "href" in attributes ? h("a", kind, inside) : h("button", kind, inside));
}

/** @param {Home} home @param {Partner[]} partners */
export function othersSheet(home, partners) {
  const close = () => home.change({ sheet: null });
  const { app } = home;
  return drawer(
    { testid: "others-sheet", title: _("With whom?"), close, word: _("Not now") },
    h(
      "ul",
      { class: "items" },
      partners.map((each) =>
        item(
          "us",
          { testid: `partner-${each.user_id}`, onclick: opens(app, () => settingsOf(home.evening, { known: true }), each) },
          _("Play with {name}", { name: each.name }),
        ),
      ),
      item(
        "phones",
        { testid: "start", onclick: opens(app, () => settingsOf(home.evening)) },
        _("Invite somebody"),
        _("By a code or a link. They need no account."),
      ),
      onePhone(home),
    ),
    tonight(home),
  );
}

/** @param {Home} home */
export function onePhone(home) {
  return item(
    "phone",
    { testid: "one-phone", onclick: () => home.change({ sheet: null, guest: true }) },
    _("One phone for both"),
    _("You hand it over, card by card"),
  );
}
