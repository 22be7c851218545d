/**
 * One phone for both: whoever is next takes it, on a page in their seat's colour, before anything of theirs is there to be seen. The
 * guest says the first time that they are an adult. Pause, limits and stop stay where they are.
 * @module
 */

import { h } from "../ui/dom.js";
import { form, tick } from "../ui/forms.js";
import { _ } from "../ui/tongue.js";
import { calm } from "./calm.js";
import { dock } from "./dock.js";
import { drawer } from "./drawer.js";
import { isAsked } from "./level.js";
import { limitsDrawer } from "./limits.js";
import { facts } from "./lobby.js";
import { disc } from "./people.js";
import { heading, press } from "./press.js";
import { across, nameOf } from "./seats.js";
import { guestOf } from "./hands.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */
/** @typedef {import("../ui/dom.js").Child} Child */

/** Halted or over, it lies between the two. @type {readonly import("./protocol.js").Phase[]} */
const BETWEEN = ["paused", "stopped", "ended"];

/** Nobody has it any more, where the game says so. @param {Room} room @param {Aside} aside */
export function putDown(room, { hands }) {
  const phase = room.fold.state?.phase;
  if (room.halted !== null || (phase !== undefined && BETWEEN.includes(phase))) hands.put();
}

/**
 * The page that stands before everything else until the right hands have the phone.
 * @param {Room} room
 * @param {RoomState} state
 * @param {Aside} aside
 * @param {Child} news how the line fares
 * @returns {HTMLElement | null} null: they have it
 */
export function handOver(room, state, aside, news) {
  if (room.halted !== null || BETWEEN.includes(state.phase)) return null;
  const asked = isAsked(room, state) && state.proposal !== null ? across(state.proposal.by) : null;
  const seat = aside.hands.wanted(state, asked);
  if (seat === null) return null;
  const first = seat === guestOf(state) && (!aside.hands.adult || begins(state, aside));
  const sheet = aside.sheet === "limits" ? limitsInHand(state, aside, true) : null;
  return h(
    "article",
    {
      class: "room",
      testid: "room",
      "data-phase": state.phase,
      "data-seq": room.fold.seq,
      "data-connection": room.connection.status,
      "data-hand": seat,
    },
    news,
    h(
      "section",
      { class: "phase", testid: "hand-over", "data-key": `hand-${seat}-${first}`, inert: sheet !== null },
      first ? firstTime(room, state, aside, seat) : again(state, aside, seat, asked),
    ),
    sheet,
    dock(room, state, aside),
  );
}

/** Before the game: the guest says whether there is one. @param {RoomState} state @param {Aside} aside */
function begins({ phase }, { hands }) {
  return phase === "lobby" && hands.offered;
}

/** @param {RoomState} state @param {Aside} aside @param {Seat} seat @param {Seat | null} asked */
function again(state, { hands, change }, seat, asked) {
  const [name, other] = [nameOf(state, seat), nameOf(state, across(seat))];
  const have = () => {
    hands.take(state, seat);
    change({});
  };
  return [
    calm(
      disc(state, seat),
      heading(_("Hand the phone to {name}", { name })),
      h(
        "p",
        null,
        asked === null
          ? _("It is {name}’s turn. {other}, let go and look away.", { name, other })
          : _("{other} has a question for {name}. {other}, let go and look away.", { name, other }),
      ),
    ),
    press({ class: "primary", testid: "take", onclick: have }, _("I’m {name}, I have it", { name })),
  ];
}

/** Nothing is set beforehand, and without it nothing is shown. @param {Room} room @param {RoomState} state @param {Aside} aside @param {Seat} seat */
function firstTime(room, state, aside, seat) {
  const { hands, change } = aside;
  const [name, host] = [nameOf(state, seat), nameOf(state, across(seat))];
  const before = begins(state, aside);
  const take = async () => {
    hands.take(state, seat);
    hands.offered = before; // this page stays until it has begun
    if (before && !room.outbox.has("ready")) room.send({ t: "ready" });
    change({});
  };
  const no = () => {
    hands.put();
    room.send(before ? { t: "end" } : { t: "pause" });
  };
  return form(
    { class: "taking", testid: "taking" },
    take,
    calm(
      disc(state, seat),
      heading(before ? _("Hello {name}", { name }) : _("Hand the phone to {name}", { name })),
      h("p", null, _("Pause and Stop are yours as much as {host}’s, at any moment and without a reason. Nothing about you is kept after this evening.", { host })),
      before ? facts(state) : null,
      tick("adult", _("I am an adult and I want to play.")),
    ),
    h("button", { class: "primary", testid: "take", "aria-disabled": room.outbox.has("ready") }, before ? _("I’m {name}, let’s begin", { name }) : _("I’m {name}, I have it", { name })),
    h("button", { class: "plain", type: "button", testid: "rather-not", onclick: no }, before ? _("No, thank you") : _("Pause instead")),
  );
}

/**
 * The limits that this phone keeps are the host's: they are shown when the host says that they hold it. A guest has none here, and is
 * told what is theirs.
 * @param {RoomState} state
 * @param {Aside} aside
 * @param {boolean} [passing] it is on its way: nobody knows who presses
 */
export function limitsInHand(state, aside, passing = false) {
  const { hands, limits, change } = aside;
  if (passing ? hands.owner : hands.hostReads(state)) return limitsDrawer(limits, aside);
  const [host, guest] = [nameOf(state, state.seat), nameOf(state, across(state.seat))];
  const mine = () => {
    hands.owner = true;
    change({});
  };
  return drawer(
    { testid: "limits-whose", title: _("Whose limits?"), close: () => change({ sheet: null }) },
    h("p", null, _("{guest}, yours are kept nowhere. Any card may go with “Another”, the level goes down at once, and Pause and Stop need no reason.", { guest })),
    h("p", { class: "quiet" }, _("What {host} has set is for {host}’s eyes only.", { host })),
    press({ testid: "limits-mine", onclick: mine }, _("I’m {host}: show my limits", { host })),
  );
}
