/**
 * Whose name is shown, and for whom this phone may speak.
 * @module
 */

import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./room.js").Room} Room */

/** What the server calls somebody whose name was cleared or erased: right within a sentence, not at its beginning. */
const NAMELESS = "your partner";

/** @param {RoomState} state @param {Seat} seat */
export function nameOf(state, seat) {
  const name = state.seats[seat]?.name ?? NAMELESS;
  if (name !== NAMELESS) return name;
  return seat === state.seat ? _("You") : _("Your partner");
}

/** As `nameOf`, but not at the beginning of what is said. @param {RoomState} state @param {Seat} seat */
export function nameWithin(state, seat) {
  const cleared = seat !== state.seat && (state.seats[seat]?.name ?? NAMELESS) === NAMELESS;
  return cleared ? _("your partner") : nameOf(state, seat);
}

/** Has their name been taken away: with the person, or with the evening of a guest? @param {RoomState} state @param {Seat} seat */
export function isCleared(state, seat) {
  return state.seats[seat]?.name === NAMELESS;
}

/** Have they been erased? Then they never come back. @param {RoomState} state @param {Seat} seat */
export function isGone(state, seat) {
  return isCleared(state, seat) && !state.seats[seat]?.hosted;
}

/** @param {Seat} seat @returns {Seat} */
export function across(seat) {
  return seat === "A" ? "B" : "A";
}

/** @param {RoomState} state @returns {Seat} */
export function otherSeat(state) {
  return across(state.seat);
}

/** Whose turn it is, while something is played and nothing has to be hidden. @param {Room} room @param {RoomState} state */
export function onTurn(room, state) {
  const played = state.phase === "choosing" || state.phase === "card";
  return played && room.halted === null ? state.active : null;
}

/** Its own seat, or one without a phone. @param {RoomState} state @param {Seat} seat */
export function speaksFor(state, seat) {
  return seat === state.seat || state.seats[seat]?.hosted === true;
}

/** A command for a hosted seat names it; one's own does not. @param {RoomState} state @param {Seat} seat */
export function forSeat(state, seat) {
  return seat === state.seat ? {} : { seat };
}

/**
 * Is this seat "you" to whoever reads? On a phone that two people share, both are called by their names: it is in either's hands.
 * @param {RoomState} state @param {Seat} seat
 */
export function isReader(state, seat) {
  return seat === state.seat && state.seats[otherSeat(state)]?.hosted !== true;
}
