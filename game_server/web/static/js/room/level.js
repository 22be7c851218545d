/**
 * The level: down at once, up only when the other one agrees.
 * @module
 */

import { h } from "../ui/dom.js";
import { drawer } from "./drawer.js";
import { press } from "./press.js";
import { clock, secondsLeft } from "../ui/time.js";
import { _ } from "../ui/tongue.js";
import { across, forSeat, nameOf, nameWithin, speaksFor } from "./seats.js";
import { isHigher, LEVEL_ORDER, LEVELS } from "./words.js";

/** @typedef {import("./protocol.js").Level} Level */
/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./protocol.js").RoomEvent} RoomEvent */
/** @typedef {import("./room.js").Room} Room */

/** @param {Room} room @param {RoomState} state @param {Seat} speaker who holds the phone */
export function levelPanel(room, state, speaker) {
  return h(
    "section",
    { class: "stack", testid: "level", "data-level": state.level, "aria-label": _("Level") },
    h("div", { class: "evenly" }, LEVEL_ORDER.map((level) => levelButton(room, state, level, speaker))),
    h("p", { class: "quiet" }, _("Going down works at once. Going up needs both of you.")),
  );
}

/** @param {Room} room @param {RoomState} state @param {Level} level @param {Seat} speaker */
function levelButton(room, state, level, speaker) {
  const now = level === state.level;
  const up = isHigher(level, state.level);
  const halted = room.halted !== null || state.phase === "paused" || state.phase === "stopped";
  const asked = state.proposal?.by === state.seat && state.proposal.level === level && isOpen(room, state.proposal);
  const hint = now ? _("now") : !up ? _("go down") : halted ? _("not now") : asked ? _("asked") : _("ask");
  const text = [LEVELS[level].name, h("small", null, hint)];
  const onclick = () => room.send({ t: "propose_level", level, ...forSeat(state, speaker) });
  return press({ testid: `level-${level}`, off: now || (up && halted), "aria-pressed": now, onclick }, text);
}

/** @param {Room} room @param {{until: string}} proposal */
function isOpen(room, proposal) {
  return secondsLeft(proposal.until, room.now()) > 0;
}

/** The level that waits for a yes of this phone, if any. @param {Room} room @param {RoomState} state */
export function isAsked(room, state) {
  const { proposal: open } = state;
  return open !== null && isOpen(room, open) && speaksFor(state, across(open.by));
}

/** What this phone has proposed, until it is answered. @param {Room} room @param {RoomState} state */
export function proposalSlip(room, state) {
  const { proposal: open } = state;
  if (open === null || !isOpen(room, open) || isAsked(room, state)) return null;
  return h(
    "div",
    { class: "slip", testid: "proposal", role: "group", "aria-label": _("Proposed level") },
    h("p", null, _("You propose {level}.", { level: LEVELS[open.level].name }), " ", h("time", null, clock(secondsLeft(open.until, room.now())))),
    press(
      { class: "plain", testid: "withdraw-level", onclick: () => room.send({ t: "decline_level", on: open.seq }) },
      _("Take it back"),
    ),
  );
}

/** What becomes of this phone's own question: a no is told in words, to whoever asked alone. */
export class OwnQuestion {
  #asked = false;
  /** Was it answered by a no? Until something else happens, or it was read. */
  declined = false;

  /** What is drawn: also a question that was asked before this page was there. @param {RoomState | null} state */
  drawn(state) {
    this.#asked ||= state !== null && state.proposal?.by === state.seat && !isOnePhone(state);
  }

  /** @param {RoomEvent} event @param {Room} room */
  told({ t }, room) {
    if (!OVER.has(t)) return;
    const takenBack = room.outbox.has("decline_level"); // by this phone itself
    this.declined = t === "level_declined" && this.#asked && !takenBack;
    this.#asked = false;
  }
}

/** What ends a question, or what was said about it. @type {ReadonlySet<string>} */
const OVER = new Set(["level_proposed", "level_declined", "level_changed", "turn_began", "card_shown", "paused", "stopped", "ended"]);

/** There both have just heard it. @param {RoomState} state */
function isOnePhone(state) {
  return state.seats[across(state.seat)]?.hosted === true;
}

/** Never as a reproach: who declines owes nobody a reason. @param {RoomState} state */
export function declinedWords(state) {
  const values = { name: nameWithin(state, across(state.seat)), level: LEVELS[state.level].name };
  return _("Not now: {name} would rather stay at {level}. It is good that you asked.", values);
}

/** @param {OwnQuestion} question @param {RoomState} state @param {() => void} drawn */
export function declinedSlip(question, state, drawn) {
  if (!question.declined) return null;
  const read = () => {
    question.declined = false;
    drawn();
  };
  return h(
    "div",
    { class: "slip", testid: "declined", role: "group", "aria-label": _("Proposed level") },
    h("p", null, declinedWords(state)),
    press({ class: "plain", testid: "declined-read", onclick: read }, _("All right")),
  );
}

/** @param {RoomState} state @param {{level: Level, by: import("./protocol.js").Seat}} open */
export function askedTitle(state, { level, by }) {
  const asked = LEVELS[level].name;
  return by === state.seat ? _("You ask: {level}?", { level: asked }) : _("{name} asks: {level}?", { name: nameOf(state, by), level: asked });
}

/** Yes and no weigh the same, and the card lies face down while it is asked. @param {Room} room @param {RoomState} state */
export function proposalDrawer(room, state) {
  const { proposal: open } = state;
  if (open === null) return null;
  const answering = across(open.by);
  const answers = nameOf(state, answering);
  const answer = (/** @type {"accept_level" | "decline_level"} */ t) => () =>
    room.send({ t, on: open.seq, ...forSeat(state, answering) });
  const [level, now] = [LEVELS[open.level], LEVELS[state.level].name];
  return drawer(
    { testid: "proposal", title: askedTitle(state, open) },
    h("p", null, `${level.hint}.`),
    h("p", null, answering === state.seat ? _("It stays {now} unless you say yes.", { now }) : _("It stays {now} unless {name} says yes.", { now, name: answers })),
    h("p", null, _("Each of you can go down again at any moment, alone.")),
    h(
      "div",
      { class: "evenly" },
      press({ testid: "accept-level", onclick: answer("accept_level") }, answering === state.seat ? _("Yes, let us") : _("{name} says yes", { name: answers })),
      press({ testid: "decline-level", onclick: answer("decline_level") }, _("Stay at {now}", { now })),
    ),
    h("p", { class: "quiet" }, _("The question goes away in"), " ", h("time", null, clock(secondsLeft(open.until, room.now())))),
  );
}
