/**
 * The room's frame: who is here, the connection, what the phase shows, and pause and stop, which never go away.
 * @module
 */

import { h } from "../ui/dom.js";
import { levelPanel, proposalPanel } from "./level.js";
import { phaseView } from "./phases.js";
import { heading, press } from "./press.js";
import { isGone, nameOf, otherSeat } from "./seats.js";
import { PRESENCE, SENDING, STOPPED } from "./words.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

const SESSION_OVER = 4410;
const GONE = "Your partner has left for good. You can end this game any time.";

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
      news(room),
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
    h(
      "div",
      { class: "stage" },
      h(
        "header",
        { class: "people", role: "group", "aria-label": "Players" },
        seatChip(room, state, "A"),
        seatChip(room, state, "B"),
      ),
      news(room),
      over || !isGone(state, otherSeat(state)) ? null : h("p", { class: "card-like", testid: "gone" }, GONE),
      over ? null : proposalPanel(room, state),
      room.halted !== null && !over && state.phase !== "stopped"
        ? haltedView(room.halted)
        : phaseView(room, state, aside),
      over ? null : levelPanel(room, state),
      over ? null : endControl(room, state, aside),
    ),
    over ? null : controls(room, state),
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
    heading(elsewhere ? "Open on another tab" : "Not connected"),
    h("p", null, why),
    press(
      { class: "primary", testid: "reopen", onclick: () => room.socket.start() },
      elsewhere ? "Use it here" : "Try again",
    ),
    h("a", { class: "button plain", href: "/" }, "To the start"),
  );
}

/** @param {Room} room @param {RoomState} state @param {Seat} seat */
function seatChip(room, state, seat) {
  const who = state.seats[seat];
  const status = who?.hosted ? "present" : isGone(state, seat) ? "left" : room.presence[seat];
  const name = nameOf(state, seat);
  const shown = room.connection.status === "live" && who?.name ? status : undefined;
  const active = state.active === seat && state.phase !== "ended";
  return h(
    "p",
    { class: "seat", testid: `seat-${seat}`, "data-presence": shown ?? "unknown", "data-active": active },
    h("span", { class: "dot", "aria-hidden": true }),
    h("span", null, name, seat === state.seat ? h("small", null, " (you)") : null),
    h("small", { class: "unseen" }, `, ${shown ? PRESENCE[shown] : "presence unknown"}`),
    active ? h("small", { class: "unseen" }, ", on turn") : null,
  );
}

/** How line and press fare. Always there, so that a screen reader hears what comes in. @param {Room} room */
function news(room) {
  const { sending, connection } = room;
  const line = sending === "unsent" ? null : connectionText(connection.status); // one of them says that the game is safe
  return h(
    "div",
    { class: "news" },
    h("p", { role: "status", testid: "connection" }, line),
    h("p", { role: "status", testid: "sending" }, sending === null ? null : SENDING[sending]),
  );
}

/** @param {import("./socket.js").Status} status */
function connectionText(status) {
  if (status === "live" || status === "stopped") return null;
  if (!navigator.onLine) return "You are offline. Your game is safe.";
  return status === "connecting" ? "Connecting …" : "Reconnecting … your game is safe.";
}

/** @param {"pause" | "stop"} kind */
function haltedView(kind) {
  return h(
    "section",
    { class: "phase", testid: "halted" },
    heading(kind === "stop" ? "Stopping …" : "Pausing …"),
    h("p", null, "Nothing more is shown."),
  );
}

/**
 * Pause and stop are there whenever two people are; pressed again they take back a "fine to go on".
 * @param {Room} room
 * @param {RoomState} state
 */
function controls(room, state) {
  if (!state.seats[otherSeat(state)]?.name) return null;
  const still = state.resume_wanted.length === 0;
  const stopped = room.halted === "stop" || (state.phase === "stopped" && still);
  const paused = stopped || room.halted === "pause" || (state.phase === "paused" && still);
  return h(
    "section",
    { class: "controls", "aria-label": "Pause and stop" },
    press({ class: "pause", testid: "pause", off: paused, onclick: () => room.send({ t: "pause" }) }, "Pause"),
    press({ class: "stop", testid: "stop", off: stopped, onclick: () => room.send({ t: "stop" }) }, "Stop"),
  );
}

/** Limits hold at once, so they are within reach in every phase. @param {Room} room @param {RoomState} state @param {Aside} aside */
function endControl(room, state, aside) {
  const lobby = state.phase === "lobby";
  const label = !lobby ? "End the game" : state.seat === "A" ? "Close this game" : "Decline";
  if (!aside.asking) {
    const ask = () => {
      aside.change({ asking: true });
      focusOn("end-no");
    };
    return h(
      "div",
      { class: "leaving" },
      h("a", { class: "button plain", href: "/limits", testid: "room-limits" }, "My limits"),
      press({ class: "plain", testid: "end", onclick: ask }, label),
    );
  }
  const end = () => {
    aside.change({ asking: false });
    room.send({ t: "end" });
  };
  const rather = () => {
    aside.change({ asking: false });
    focusOn("end");
  };
  const question = lobby ? `${label}: for both of you?` : "End the game for both of you?";
  return h(
    "div",
    { class: "sure", testid: "sure", role: "group", "aria-label": question },
    h("p", null, question),
    press({ testid: "end-yes", onclick: end }, "Yes, end it"),
    press({ testid: "end-no", onclick: rather }, "No"),
  );
}

/** What took the place of the button that was pressed. @param {string} testid */
function focusOn(testid) {
  /** @type {HTMLElement | null} */ (document.querySelector(`[data-testid="${testid}"]`))?.focus();
}
