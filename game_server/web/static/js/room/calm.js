/**
 * What calm screens share: their middle, and how two people say that they are fine to go on.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { _ } from "../ui/tongue.js";
import { disc } from "./people.js";
import { press } from "./press.js";
import { forSeat, isGone, isReader, nameOf, otherSeat, speaksFor } from "./seats.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./room.js").Room} Room */

/** @param {...import("../ui/dom.js").Child} children */
export function calm(...children) {
  return h("div", { class: "stage" }, h("div", { class: "calm" }, ...children));
}

/** Who is fine to go on. @param {RoomState} state */
export function said(state) {
  if (isGone(state, otherSeat(state))) return null; // nobody is waited for
  const seats = /** @type {Seat[]} */ ([state.seat, otherSeat(state)]);
  return h(
    "ul",
    { class: "said" },
    seats.map((seat) => {
      if (!state.seats[seat]?.name) return null;
      const wanted = state.resume_wanted.includes(seat);
      return h(
        "li",
        wanted ? { testid: `resume-wanted-${seat}` } : { "data-key": `not-said-${seat}` },
        disc(state, seat, "small"),
        h("span", null, saying(state, seat, wanted)),
        wanted ? icon("check") : null,
      );
    }),
  );
}

/** @param {RoomState} state @param {Seat} seat @param {boolean} wanted */
function saying(state, seat, wanted) {
  if (isReader(state, seat)) return wanted ? _("You are fine to go on.") : _("You have not said yet.");
  const name = nameOf(state, seat);
  return wanted ? _("{name} is fine to go on.", { name }) : _("{name} has not said yet.", { name });
}

/**
 * One button for each seat that this phone speaks for and that has not said so.
 * @param {Room} room @param {RoomState} state @param {"primary" | ""} weight
 */
export function resumeButtons(room, state, weight) {
  const seats = /** @type {Seat[]} */ ([state.seat, otherSeat(state)]);
  return seats.map((seat) => {
    if (state.resume_wanted.includes(seat) || !speaksFor(state, seat)) return null;
    const label = isReader(state, seat)
      ? _("I am fine to go on")
      : _("{name} is fine to go on", { name: nameOf(state, seat) });
    const waiting = room.outbox.unanswered().some((each) => each.t === "resume" && (each.seat ?? state.seat) === seat);
    const resume = () => room.send({ t: "resume", on: state.halt_seq ?? 0, ...forSeat(state, seat) });
    const testid = seat === state.seat ? "resume" : `resume-${seat}`;
    return press({ class: weight, testid, off: waiting, onclick: resume }, label);
  });
}
