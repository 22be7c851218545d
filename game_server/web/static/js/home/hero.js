/**
 * The one thing to press on the start page. Everything about an evening has good defaults; they stand below it, and "Change" opens them.
 * @module
 */

import { opens } from "../pairing/open.js";
import { pairOf } from "../pairing/pair.js";
import { LEVELS } from "../room/words.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { _, ngettext } from "../ui/tongue.js";
import { factsOf, settingsOf } from "./evening.js";
import { decline, roomPath } from "./games.js";

/** @typedef {import("./home.js").Home} Home */
/** @typedef {import("./home.js").Listed} Listed */
/** @typedef {import("./home.js").Partner} Partner */
/** @typedef {import("./lead.js").Lead} Lead */
/** @typedef {import("../ui/dom.js").Child} Child */

/** @param {Home} home @param {Lead} lead */
export function hero(home, lead) {
  switch (lead.kind) {
    case "asked":
      return asked(home, lead.session);
    case "open":
      return goOn(home, lead.session);
    case "partner":
      return playWith(home, lead.partner);
    case "nobody":
      return inviteSomebody(home);
  }
}

/** @param {string} key @param {...Child} inside */
function frame(key, ...inside) {
  return h("section", { class: "hero", testid: "hero", "data-key": `hero-${key}` }, ...inside);
}

/** @param {Home} home @param {string} name */
function withPartner({ app }, name) {
  return pairOf(app.identities.current()?.name ?? "", name);
}

/** @param {Home} home @param {Listed} session */
function asked(home, session) {
  const name = session.partner_name ?? _("Your partner");
  return frame(
    "asked",
    withPartner(home, name),
    h("h2", null, _("{name} would like to play", { name })),
    h("a", { class: "button primary", href: roomPath(session), testid: "open-game" }, _("See the evening")),
    h(
      "div",
      { class: "on" },
      few([LEVELS[session.intimacy_level].name, ngettext("{n} card", "{n} cards", session.target_activities)]),
      h("button", { class: "plain", testid: "decline-game", onclick: decline(home, session) }, _("Not tonight")),
    ),
  );
}

/** @param {Home} home @param {Listed} session */
function goOn(home, session) {
  const { status, partner_name: partner, current_step: step } = session;
  const name = partner ?? _("Your partner");
  const word = status === "active" && step > 0 ? _("Go on, card {n}", { n: step }) : _("To the game");
  return frame(
    "open",
    withPartner(home, name),
    h("h2", null, partner ? _("Your evening with {name}", { name: partner }) : _("Your evening")),
    h("a", { class: "button primary", href: roomPath(session), testid: "open-game" }, word),
  );
}

/** @param {Home} home @param {Partner} partner */
function playWith(home, partner) {
  const { app } = home;
  const play = opens(app, () => settingsOf(home.evening, { known: true }), partner);
  return frame(
    `with-${partner.user_id}`,
    withPartner(home, partner.name),
    h("h2", null, _("Play with {name}", { name: partner.name })),
    h("button", { class: "primary", testid: "play-now", onclick: play }, _("Deal the cards")),
    tonight(home),
  );
}

/** @param {Home} home */
function inviteSomebody(home) {
  const invite = opens(home.app, () => settingsOf(home.evening));
  return frame(
    "nobody",
    h("h2", null, _("Invite your partner")),
    h("p", null, _("Show a code or send a link. Your partner needs no account.")),
    h("button", { class: "primary signed", testid: "start", onclick: invite }, icon("share"), h("span", null, _("Invite"))),
    tonight(home),
  );
}

/** What this evening is to be, and the way to change it. @param {Home} home */
export function tonight(home) {
  return h(
    "div",
    { class: "on" },
    few(factsOf(home.evening, LEVELS)),
    h(
      "button",
      {
        class: "plain",
        testid: "change-evening",
        "aria-label": _("Change this evening’s settings"),
        onclick: () => home.change({ sheet: "evening", under: home.sheet === "others" ? "others" : null }),
      },
      _("Change"),
    ),
  );
}

/** @param {string[]} facts */
function few(facts) {
  return h(
    "ul",
    { class: "tonight", testid: "tonight", "aria-label": _("This evening") },
    facts.map((fact) => h("li", null, fact)),
  );
}
