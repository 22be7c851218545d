/**
 * The clock of a card that names a time: a ring that both phones let run to the same moment, in the server's time.
 *
 * It is drawn when its number changes, so two phones side by side change it together. Where it ends is in the room's state: a
 * phone that comes back in the middle shows what is left.
 * @module
 */

import { h, svg } from "../ui/dom.js";
import { clock, secondsLeft } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { press } from "./press.js";

/** @typedef {import("./protocol.js").Card} Card */
/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */

const SPOKEN_EVERY_S = 10;
const RADIUS = 45;
const LATE_MS = 5; // a timer may be early by less

/** What each room that is shown waits for: its clock's next second. @type {WeakMap<Room, () => void>} */
const waiting = new WeakMap();

/** @param {Card} card @returns {number} seconds of its clock, 0 of a card without one */
export function clockSeconds(card) {
  return card.script.steps.find((step) => step.duration_s)?.duration_s ?? 0;
}

/**
 * Where the clock stands: `left` of `whole` seconds. One that ran out rests at 0; one that nobody has started is full.
 * @param {Pick<RoomState, "card" | "timer">} state
 * @param {number} now the server's time
 * @returns {{whole: number, left: number, stands: "ready" | "running" | "over"} | null} null: the card has no clock
 */
export function clockOf({ card, timer }, now) {
  const whole = card === null ? 0 : clockSeconds(card);
  if (whole === 0) return null;
  if (!timer) return { whole, left: whole, stands: "ready" };
  const left = Math.min(whole, secondsLeft(timer.until, now));
  return { whole, left, stands: left > 0 ? "running" : "over" };
}

/**
 * What a screen reader is told of it: a number each ten seconds, and the end.
 * @param {{left: number, stands: "ready" | "running" | "over"}} clock
 */
export function spoken({ left, stands }) {
  if (stands === "ready") return "";
  if (stands === "over") return _("The time is up.");
  return _("{time} left", { time: lasting(Math.ceil(left / SPOKEN_EVERY_S) * SPOKEN_EVERY_S) });
}

/** @param {Room} room @param {RoomState} state @returns {HTMLElement | null} below the card's steps */
export function clockView(room, state) {
  const found = clockOf(state, room.now());
  waiting.get(room)?.();
  if (found?.stands === "running" && state.timer) drawAtTheNextSecond(room, state.timer.until);
  if (found === null || state.card_seq === null) return null;
  const { whole, left, stands } = found;
  const action = stands === "running" ? "stop" : "start";
  const on = state.card_seq;
  const send = () => room.send({ t: "timer", on, action });
  return h(
    "div",
    { class: "clock", testid: "clock", role: "group", "aria-label": _("The clock"), "data-stands": stands },
    h(
      "div",
      { class: "clock-face", "aria-hidden": true },
      ring(whole, left),
      h("time", { testid: "clock-left" }, clock(left)),
    ),
    h("p", { class: "unseen", role: "status", testid: "clock-spoken" }, spoken(found)),
    press({ testid: "clock-press", off: room.outbox.has("timer"), onclick: send }, label(stands, whole)),
  );
}

/** @param {Room} room @param {string} until */
function drawAtTheNextSecond(room, until) {
  const { after, drawn } = room.wiring;
  waiting.set(room, after(drawn, ((Date.parse(until) - room.now()) % 1000) + LATE_MS));
}

/** @param {number} whole @param {number} left seconds */
export function ring(whole, left) {
  const place = { cx: 50, cy: 50, r: RADIUS };
  const share = Math.round((left / whole) * 1000) / 10;
  return svg(
    "svg",
    { viewBox: "0 0 100 100", "data-key": `ring-${share}` },
    svg("circle", { class: "track", ...place }),
    share === 0
      ? null
      : svg("circle", { class: "left", ...place, pathLength: 100, "stroke-dasharray": `${share} 100` }),
  );
}

/** @param {"ready" | "running" | "over"} stands @param {number} whole */
function label(stands, whole) {
  if (stands === "running") return _("Stop the clock");
  if (stands === "over") return _("Start again");
  return whole === 60 ? _("Start the minute") : _("Start {time}", { time: lasting(whole) });
}

/** @param {number} seconds @returns {string} such as "2 minutes" */
function lasting(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  const full = ngettext("{n} minute", "{n} minutes", minutes);
  const few = ngettext("{n} second", "{n} seconds", rest);
  if (minutes === 0) return few;
  return rest === 0 ? full : _("{minutes} {seconds}", { minutes: full, seconds: few });
}
