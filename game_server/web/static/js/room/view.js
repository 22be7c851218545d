/**
 * The room's frame: who is here, the connection, what the phase shows, and pause and stop, which never go away.
 * @module
 */

import { curtain, curtained } from "../shell/curtain.js";
import { h } from "../ui/dom.js";
import { arc, hourOf } from "./arc.js";
import { calm } from "./calm.js";
import { dock } from "./dock.js";
import { handOver, limitsInHand } from "./handover.js";
import { declinedSlip, isAsked, proposalDrawer, proposalSlip } from "./level.js";
import { differed } from "./lobby.js";
import { moreDrawer } from "./more.js";
import { nudgeDrawer } from "./nudge.js";
import { people } from "./people.js";
import { phaseView } from "./phases.js";
import { heading, press } from "./press.js";
import { isGone, nameOf, onTurn, otherSeat } from "./seats.js";
import { PRESENCE_SLIPS, SENDING, STOPPED } from "./words.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

const SESSION_OVER = 4410;
const GONE = _("Your partner has left for good. You can end this game any time.");

/** @param {Room} room @param {Aside} aside */
export function roomView(room, aside) {
  const { state } = room.fold;
  if (curtain.down) return curtained(room);
  const shut = room.connection.status === "stopped" && room.connection.code !== SESSION_OVER;
  if (shut) return closedView(room);
  if (state === null) {
    return h(
      "section",
      { class: "waiting", testid: "entering" },
      heading(_("Opening the room …")),
      news(room, null),
    );
  }
  const over = handOver(room, state, aside, news(room, state));
  if (over !== null) return over;
  const sheet = sheetOver(room, state, aside);
  return h(
    "article",
    {
      class: "room",
      testid: "room",
      "data-phase": state.phase,
      "data-seq": room.fold.seq,
      "data-connection": room.connection.status,
      "data-hour": state.step > 0 ? hourOf(state.step, state.target) : null,
      "data-turn": onTurn(room, state),
    },
    h("div", { class: "light", "aria-hidden": true }),
    h(
      "div",
      { class: "head", inert: sheet !== null },
      people(room, state, aside),
      state.step > 0 && PLAYED.has(state.phase) ? arc(state) : null,
    ),
    news(room, state),
    state.phase === "ended" || sheet !== null || !isQuiet(room, state)
      ? null
      : (proposalSlip(room, state) ?? declinedSlip(aside.question, state, room.wiring.drawn)),
    room.halted !== null && state.phase !== "ended" && state.phase !== "stopped"
      ? haltedView(room.halted)
      : aside.differs && state.phase === "ended"
        ? differed()
        : phaseView(room, state, aside, sheet !== null),
    sheet,
    state.phase === "ended" ? null : dock(room, state, aside),
  );
}

/** Phases in which it matters how far the evening is. */
const PLAYED = new Set(["choosing", "card", "paused", "limit"]);

/**
 * What lies over the room on this phone, one at a time: a question before what was opened by oneself. Whatever must be hidden hides
 * these too.
 * @param {Room} room
 * @param {RoomState} state
 * @param {Aside} aside
 */
function sheetOver(room, state, aside) {
  if (state.phase === "ended") return null;
  if (aside.sheet === "limits") return limitsInHand(state, aside);
  if (room.halted !== null) return null;
  if (isAsked(room, state)) return proposalDrawer(room, state);
  if (aside.sheet === "more") return moreDrawer(room, state, aside);
  return aside.nudged && state.phase === "card" ? nudgeDrawer(room, state, aside) : null;
}

/** @param {Room} room */
function closedView(room) {
  const { code, reason } = room.connection;
  const why = STOPPED[String(code ?? reason)] ?? _("The connection is closed.");
  const elsewhere = code === 4409;
  return h(
    "section",
    { class: "waiting", testid: elsewhere ? "elsewhere" : "closed" },
    heading(elsewhere ? _("Open on another tab") : _("Not connected")),
    h("p", null, why),
    press(
      { class: "primary", testid: "reopen", onclick: () => room.socket.start() },
      elsewhere ? _("Use it here") : _("Try again"),
    ),
    h("a", { class: "button plain", href: "/" }, _("To the start")),
  );
}

/**
 * One slip at a time: how one's own line fares, before how a press does, before the partner's line, before what was proposed.
 * @param {Room} room
 * @param {RoomState | null} state
 * @returns {{line: string | null, press: string | null, partner: string | null}}
 */
function slips(room, state) {
  const { sending, connection } = room;
  const none = { line: null, press: null, partner: null };
  if (sending === "unsent") return { ...none, press: SENDING.unsent }; // says of both that the game is safe
  const line = connectionText(connection.status, state !== null);
  if (line !== null) return { ...none, line };
  if (sending !== null) return { ...none, press: SENDING.sending };
  return { ...none, partner: state === null ? null : partnerText(room, state) };
}

/** Always there, so that a screen reader hears what comes in. @param {Room} room @param {RoomState | null} state */
function news(room, state) {
  const { line, press: pressed, partner } = slips(room, state);
  const gone = state !== null && isGone(state, otherSeat(state));
  return h(
    "div",
    { class: "news" },
    h("p", { role: "status", testid: "connection" }, line),
    h("p", { role: "status", testid: "sending" }, pressed),
    h("p", { role: "status", testid: gone ? "gone" : "partner-news" }, partner),
  );
}

/** Is there nothing that matters more? @param {Room} room @param {RoomState} state */
function isQuiet(room, state) {
  return Object.values(slips(room, state)).every((each) => each === null);
}

/** @param {Room} room @param {RoomState} state */
function partnerText(room, state) {
  if (state.phase === "ended") return null;
  const seat = otherSeat(state);
  if (isGone(state, seat)) return GONE;
  const who = state.seats[seat];
  if (!who?.name || who.hosted || room.connection.status !== "live") return null;
  const slip = PRESENCE_SLIPS[room.presence[seat] ?? "present"];
  return slip === undefined ? null : slip.replace("{name}", () => nameOf(state, seat));
}

/** @param {import("./socket.js").Status} status @param {boolean} known has this phone been in the room already? */
function connectionText(status, known) {
  if (status === "live" || status === "stopped") return null;
  if (!navigator.onLine) return _("You are offline. Your game is safe.");
  return status === "connecting" && !known ? _("Connecting …") : _("Reconnecting … your game is safe.");
}

/** @param {"pause" | "stop"} kind */
function haltedView(kind) {
  return h(
    "section",
    { class: "phase", testid: "halted" },
    calm(
      kind === "stop" ? null : h("div", { class: "card-back rest", "aria-hidden": true }),
      heading(kind === "stop" ? _("Stopping …") : _("Pausing …")),
      h("p", null, _("Nothing more is shown.")),
    ),
  );
}
