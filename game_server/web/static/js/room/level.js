/**
 * The level: down at once, up only when the other one agrees.
 * @module
 */

import { h } from "../ui/dom.js";
import { press } from "./press.js";
import { clock, secondsLeft } from "../ui/time.js";
import { forSeat, nameOf, speaksFor } from "./seats.js";
import { isHigher, LEVEL_ORDER, LEVELS } from "./words.js";

/** @typedef {import("./protocol.js").Level} Level */
/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */

/** @param {Room} room @param {RoomState} state */
export function levelPanel(room, state) {
  return h(
    "section",
    { testid: "level", "data-level": state.level },
    h(
      "details",
      { testid: "level-details" },
      h("summary", { testid: "level-name" }, `Level: ${LEVELS[state.level].name}`),
      h("p", { class: "quiet" }, "Going down works at once. Going up needs both of you."),
      h(
        "div",
        { class: "row" },
        LEVEL_ORDER.map((level) => levelButton(room, state, level)),
      ),
    ),
  );
}

/** @param {Room} room @param {RoomState} state @param {Level} level */
function levelButton(room, state, level) {
  const now = level === state.level;
  const up = isHigher(level, state.level);
  const halted = room.halted !== null || state.phase === "paused" || state.phase === "stopped";
  const asked = state.proposal?.by === state.seat && state.proposal.level === level && isOpen(room, state.proposal);
  const hint = now ? "now" : !up ? "go down" : halted ? "not now" : asked ? "asked" : "ask";
  const text = [LEVELS[level].name, h("small", null, hint)];
  const onclick = () => room.send({ t: "propose_level", level });
  return press({ testid: `level-${level}`, off: now || (up && halted), "aria-pressed": now, onclick }, text);
}

/** @param {Room} room @param {{until: string}} proposal */
function isOpen(room, proposal) {
  return secondsLeft(proposal.until, room.now()) > 0;
}

/** A level that waits for somebody's yes. @param {Room} room @param {RoomState} state */
export function proposalPanel(room, state) {
  const { proposal: open } = state;
  if (open === null || !isOpen(room, open)) return null;
  const on = open.seq;
  const answering = open.by === "A" ? "B" : "A";
  const left = h("time", null, clock(secondsLeft(open.until, room.now())));
  const answer =
    (/** @type {"accept_level" | "decline_level"} */ t, /** @type {import("./protocol.js").Seat} */ seat) => () =>
      room.send({ t, on, ...forSeat(state, seat) });
  const waits = !speaksFor(state, answering);
  const name = nameOf(state, open.by);
  return h(
    "div",
    { class: "card-like", testid: "proposal", role: "group", "aria-label": "Proposed level" },
    h(
      "p",
      null,
      open.by === state.seat ? "You propose " : `${name} proposes `,
      h("strong", null, LEVELS[open.level].name),
      ". ",
      left,
    ),
    waits
      ? press(
          { class: "plain", testid: "withdraw-level", onclick: answer("decline_level", state.seat) },
          "Take it back",
        )
      : h(
          "div",
          { class: "row" },
          press(
            { testid: "accept-level", onclick: answer("accept_level", answering) },
            answering === state.seat ? "Yes, let us" : `${nameOf(state, answering)} says yes`,
          ),
          press({ testid: "decline-level", onclick: answer("decline_level", answering) }, "No"),
        ),
  );
}
