/**
 * The room's frame: who is here, the connection, what the phase shows, and pause and stop, which never go away.
 * @module
 */

import { h } from "../ui/dom.js";
import { levelPanel, proposalPanel } from "./level.js";
import { phaseView } from "./phases.js";
import { nameOf, otherSeat } from "./seats.js";
import { PRESENCE, STOPPED } from "./words.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

const SESSION_OVER = 4410;

/** @param {Room} room @param {Aside} aside */
export function roomView(room, aside) {
  const { state } = room.fold;
  const shut = room.connection.status === "stopped" && room.connection.code !== SESSION_OVER;
  if (shut) return closedView(room);
  if (state === null) {
    return h(
      "section",
      { class: "waiting", testid: "entering" },
      h("p", null, "Opening the room …"),
      connectionLine(room),
    );
  }
  const over = state.phase === "ended";
  return h(
    "article",
    {
      class: "room",
      testid: "room",
      "data-phase": state.phase,
      "data-seq": room.fold.seq,
      "data-connection": room.connection.status,
    },
    h("header", { class: "people" }, seatChip(room, state, "A"), seatChip(room, state, "B")),
    over ? null : [connectionLine(room), proposalPanel(room, state)],
    room.halted !== null && !over && state.phase !== "stopped"
      ? haltedView(room.halted)
      : phaseView(room, state, aside),
    over ? null : levelPanel(room, state),
    over ? null : controls(room, state, aside),
  );
}

/** @param {Room} room */
function closedView(room) {
  const { code, reason } = room.connection;
  const why = STOPPED[String(code ?? reason)] ?? "The connection is closed.";
  const elsewhere = code === 4409;
  return h(
    "section",
    { class: "waiting", testid: elsewhere ? "elsewhere" : "closed" },
    h("h1", null, elsewhere ? "Open on another tab" : "Not connected"),
    h("p", null, why),
    h(
      "button",
      { class: "primary", testid: "reopen", onclick: () => room.socket.start() },
      elsewhere ? "Use it here" : "Try again",
    ),
    h("a", { class: "button plain", href: "/" }, "To the start"),
  );
}

/** @param {Room} room @param {RoomState} state @param {Seat} seat */
function seatChip(room, state, seat) {
  const who = state.seats[seat];
  const status = who?.hosted ? "present" : room.presence[seat];
  const name = nameOf(state, seat);
  const shown = room.connection.status === "live" && who?.name ? status : undefined;
  return h(
    "p",
    {
      class: "seat",
      testid: `seat-${seat}`,
      "data-presence": shown ?? "unknown",
      "data-active": state.active === seat && state.phase !== "ended",
    },
    h("span", { class: "dot", "aria-hidden": "true" }),
    h("span", null, name, seat === state.seat ? h("small", null, " (you)") : null),
    h("small", { class: "unseen" }, shown ? PRESENCE[shown] : "presence unknown"),
  );
}

/** @param {Room} room */
function connectionLine(room) {
  const { status } = room.connection;
  if (status === "live") return null;
  const text = navigator.onLine ? "Reconnecting … your game is safe." : "You are offline. Your game is safe.";
  return h(
    "p",
    { class: "connection", role: "status", testid: "connection" },
    status === "connecting" ? "Connecting …" : text,
  );
}

/** @param {"pause" | "stop"} kind */
function haltedView(kind) {
  return h(
    "section",
    { class: "phase", testid: "halted", "data-kind": kind },
    h("h1", null, kind === "stop" ? "Stopping …" : "Pausing …"),
    h("p", null, "Nothing more is shown."),
  );
}

/**
 * Pause and stop are there whenever two people are; pressed again they take back a "fine to go on".
 * @param {Room} room
 * @param {RoomState} state
 * @param {Aside} aside
 */
function controls(room, state, aside) {
  const alone = !state.seats[otherSeat(state)]?.name;
  const still = state.resume_wanted.length === 0;
  const stopped = room.halted === "stop" || (state.phase === "stopped" && still);
  const paused = stopped || room.halted === "pause" || (state.phase === "paused" && still);
  return h(
    "footer",
    { class: "controls", testid: "controls" },
    alone
      ? null
      : [
          h(
            "button",
            { class: "pause", testid: "pause", disabled: paused, onclick: () => room.send({ t: "pause" }) },
            "Pause",
          ),
          h(
            "button",
            { class: "stop", testid: "stop", disabled: stopped, onclick: () => room.send({ t: "stop" }) },
            "Stop",
          ),
        ],
    endControl(room, state, aside),
  );
}

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
function endControl(room, state, aside) {
  const lobby = state.phase === "lobby";
  const label = !lobby ? "End the game" : state.seat === "A" ? "Close this game" : "Decline";
  if (!aside.asking) {
    return h("button", { class: "plain", testid: "end", onclick: () => aside.change({ asking: true }) }, label);
  }
  const end = () => {
    aside.change({ asking: false });
    room.send({ t: "end" });
  };
  return h(
    "div",
    { class: "sure", testid: "sure" },
    h("p", null, lobby ? `${label}: for both of you?` : "End the game for both of you?"),
    h("button", { testid: "end-yes", onclick: end }, "Yes, end it"),
    h("button", { testid: "end-no", onclick: () => aside.change({ asking: false }) }, "No"),
  );
}
