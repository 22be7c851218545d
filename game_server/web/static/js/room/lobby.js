/**
 * Before the game: an invitation, then three words that both say aloud, and a yes of each.
 * @module
 */

import { hasRunOut, invitationCard, wordsCard } from "../pairing/invitation.js";
import { h } from "../ui/dom.js";
import { _, language, ngettext } from "../ui/tongue.js";
import { calm } from "./calm.js";
import { heat } from "./card.js";
import { endControl } from "./more.js";
import { disc } from "./people.js";
import { heading, press } from "./press.js";
import { nameOf, otherSeat } from "./seats.js";

/** What is played where the rules of a game name no language; and what a language's name in them looks like. */
const ENGLISH = "en";
const TAG = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
export function lobby(room, state, aside) {
  const partner = state.seats[otherSeat(state)];
  if (!partner?.name) return [aside.asked === null ? inviting(room, state, aside) : askedFor(state, aside.asked), endControl(room, state, aside)];
  return partner.hosted ? onePhone(room, state, aside) : twoPhones(room, state, aside, partner.ready);
}

/** @param {RoomState} state @param {string} name */
function askedFor(state, name) {
  return calm(
    meeting(state),
    heading(_("Waiting for {name}", { name })),
    h("p", { testid: "asked" }, _("{name} finds this game on their start page. It begins when both of you are ready.", { name })),
    facts(state),
  );
}

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
function inviting(room, state, aside) {
  return h(
    "div",
    { class: "inviting" },
    heading(_("Invite your partner")),
    invitationCard(aside.invitation, room.now(), aside.renewLink),
    hasRunOut(aside.invitation, room.now())
      ? null
      : h("div", { class: "card-like waiting-for" }, meeting(state), h("p", null, _("Waiting for somebody to open it …"))),
    facts(state),
  );
}

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
function onePhone(room, state, aside) {
  const { hands, change } = aside;
  const name = nameOf(state, otherSeat(state));
  const offer = () => {
    hands.offered = true;
    change({});
  };
  return [
    calm(
      meeting(state),
      heading(_("{name} and you", { name })),
      h("p", null, _("One phone for both: you hand it over, card by card. {name} says first whether it begins.", { name })),
      facts(state),
    ),
    press({ class: "primary", testid: "ready", off: room.outbox.has("ready"), onclick: offer }, _("Hand the phone to {name}", { name })),
    endControl(room, state, aside),
  ];
}

/** @param {Room} room @param {RoomState} state @param {Aside} aside @param {boolean} ready is the partner? */
function twoPhones(room, state, aside, ready) {
  const name = nameOf(state, otherSeat(state));
  const mine = state.seats[state.seat]?.ready === true;
  const { words } = state;
  const differ = () => {
    aside.change({ differs: true });
    room.send({ t: "end" });
  };
  return [
    calm(
      meeting(state),
      heading(_("{name} and you", { name })),
      words === null ? null : [h("p", null, _("Say these aloud. Do both phones show the same?")), wordsCard(words)],
      facts(state),
    ),
    mine
      ? h("p", { class: "lead center", testid: "waiting-ready" }, _("You are ready. Waiting for {name} …", { name }))
      : press(
          { class: "primary", testid: "ready", off: room.outbox.has("ready"), onclick: () => room.send({ t: "ready" }) },
          words === null ? _("I’m ready") : _("Same words. I’m ready"),
        ),
    ready && !mine ? h("p", { class: "quiet center", testid: "partner-ready" }, _("{name} is ready.", { name })) : null,
    h(
      "div",
      { class: "evenly" },
      words === null || aside.asking ? null : press({ class: "plain", testid: "differ", onclick: differ }, _("They differ")),
      endControl(room, state, aside),
    ),
  ];
}

/** The room that was closed because its words differed. */
export function differed() {
  return h(
    "section",
    { class: "phase", testid: "differed", "data-key": "differed" },
    calm(
      heading(_("This room is closed")),
      h("p", null, _("You saw other words than your partner, so somebody else may have opened the link. Make a new one, and hand it over yourselves.")),
    ),
    h("a", { class: "button primary", href: "/", testid: "home" }, _("To the start")),
  );
}

/** The two seats as they meet; one that nobody has taken yet is a ring without a letter. @param {RoomState} state */
function meeting(state) {
  const taken = Boolean(state.seats[otherSeat(state)]?.name);
  return h(
    "span",
    { class: "pair", "aria-hidden": true },
    disc(state, state.seat),
    taken ? disc(state, otherSeat(state)) : h("span", { class: "disc open" }, "?"),
  );
}

/** What this evening is to be. @param {RoomState} state */
export function facts(state) {
  const { settings } = state;
  const { activity_type: type, type_choice: choice } = settings;
  return h(
    "ul",
    { class: "facts", testid: "settings", "aria-label": _("This evening") },
    [
      heat(state.level),
      ngettext("{n} card", "{n} cards", state.target),
      type === "truth" ? _("truth only") : type === "dare" ? _("dare only") : choice === "spin" ? _("truth and dare, by chance") : _("truth and dare, your choice"),
      settings.turn_order === "spin" ? _("turns by chance") : _("in turns"),
      settings.rules?.apart === true ? _("far apart") : null,
      settings.rules?.favourites === true ? _("first what you both liked") : null,
      inAnother(settings.rules?.language),
    ].map((fact) => (fact === null ? null : h("li", null, fact))),
  );
}

/** That the cards come in another language than whoever reads this: they learn it before they say that they are ready. @param {unknown} played */
function inAnother(played = ENGLISH) {
  const tag = typeof played === "string" && TAG.test(played) ? played : ENGLISH;
  if (tag.split("-")[0]?.toLowerCase() === language()) return null;
  return _("cards in {language}", { language: new Intl.DisplayNames([language()], { type: "language" }).of(tag) ?? tag });
}
