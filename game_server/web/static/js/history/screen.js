/**
 * "Our evenings": what one played, newest first, each with its cards and one's own note; and the cards that both love.
 * @module
 */

import { hearts, loveOf } from "../evening/cards.js";
import { openGame } from "../pairing/open.js";
import { attempts } from "../ui/attempt.js";
import { h, render } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { serverNow } from "../ui/servertime.js";
import { daysOf } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { Album } from "./album.js";
import { playedIn } from "./evenings.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./album.js").Favourites} Favourites */
/** @typedef {import("./evenings.js").Listed} Listed */
/** @typedef {import("./evenings.js").Shown} Shown */

const MOST_SHOWN = 10;

/** @type {Screen} */
export const eveningsScreen = (root, app) => {
  let here = true;
  const draw = () => {
    if (here) render(root, page(app, album));
  };
  const album = new Album(app, draw);
  void album.readOn();
  draw();
  return () => {
    here = false;
  };
};

/** @param {App} app @param {Album} album */
function page(app, album) {
  const days = daysOf(album.evenings.map(({ created_at: at }) => at), serverNow());
  return [
    h("header", null, h("a", { class: "back", testid: "back", href: "/" }, _("‹ To the start")), h("h1", null, _("Our evenings"))),
    album.favourites.map((each) => favouritesHero(app, each)),
    album.evenings.map((each, place) => evening(album, each, days[place] ?? "")),
    rest(album),
  ];
}

/** What both love with one partner, and a way to play it. @param {App} app @param {Favourites} favourites */
function favouritesHero(app, { partner, ids, more }) {
  if (ids.size === 0) return null;
  const { user_id: id, name } = partner;
  const key = `favourites-${id}`;
  const play = attempts(`[data-key="${CSS.escape(key)}"]`, (place) =>
    openGame(app, place, { settings: { rules: { favourites: true } }, partner: { user_id: id } }, partner),
  );
  return h(
    "section",
    { class: "hero loves", testid: "favourites", "data-key": key },
    h("h2", null, counting(ids.size, more, name)),
    h("p", null, ngettext("An evening can begin with it.", "An evening can begin with them.", ids.size)),
    h("button", { class: "primary", testid: "play-favourites", onclick: play }, icon("heart-full"), _("Play with {name}", { name })),
    h("a", { href: `/partners/${encodeURIComponent(id)}/cards`, testid: "see-favourites" }, ngettext("See it", "See them", ids.size)),
  );
}

/** @param {number} n @param {boolean} more @param {string} name */
function counting(n, more, name) {
  if (more) return _("More than {n} cards that {name} and you love", { n, name });
  return ngettext("A card that {name} and you love", "{n} cards that {name} and you love", n, { name });
}

/** @param {Album} album @param {Listed} session @param {string} day what it is called */
function evening(album, session, day) {
  const { session_id: id, partner_name: name, partner_user_id: partner } = session;
  const cards = playedIn(session, album.cards.get(id) ?? []);
  const favourites = album.favourites.find((each) => each.partner.user_id === partner)?.ids ?? new Set();
  const note = album.notes.get(id);
  return h(
    "section",
    { class: "card-like one-evening", testid: "evening", "data-key": id },
    h(
      "header",
      null,
      h("h2", null, h("a", { href: `/evenings/${encodeURIComponent(id)}`, testid: "open-evening" }, day)),
      name === null ? null : h("small", null, _("with {name}", { name })),
    ),
    session.status === "stopped" ? h("p", { class: "quiet" }, _("You stopped, and that was right.")) : null,
    cards.length === 0 ? null : strip(cards, favourites),
    note === undefined ? null : h("p", { class: "written", testid: "evening-note" }, note),
  );
}

/** @param {readonly Shown[]} cards @param {ReadonlySet<number>} favourites */
function strip(cards, favourites) {
  const words = ngettext("{n} card", "{n} cards", cards.length);
  const left = cards.length - MOST_SHOWN;
  return h(
    "div",
    { class: "strip", role: "img", "aria-label": words },
    cards.slice(0, MOST_SHOWN).map((card) => {
      const love = loveOf(card.feedback_type, card.activity_id, favourites);
      return h("span", { class: "mini", "data-key": String(card.id) }, icon(card.activity_type), hearts(love));
    }),
    left > 0 ? h("small", null, _("and {n} more", { n: left })) : null,
  );
}

/** @param {Album} album */
function rest(album) {
  if (album.problem !== null) {
    return [
      h("p", { class: "problem", role: "alert" }, album.problem),
      h("button", { testid: "read-again", onclick: () => void album.readOn() }, _("Try again")),
    ];
  }
  if (album.evenings.length === 0) {
    if (!album.whole) return h("p", { class: "quiet", "data-key": "waits" }, _("One moment …"));
    return h(
      "section",
      { class: "card-like", testid: "no-evenings" },
      h("p", null, _("Nothing yet. Your first evening will be here, with its cards and what you note about it.")),
      h("a", { class: "button primary", href: "/" }, _("To the start")),
    );
  }
  if (album.whole) return null;
  return h("button", { testid: "earlier", "aria-busy": album.busy, onclick: () => void album.readOn() }, _("Earlier evenings"));
}
