/**
 * In whose hands a phone is that two people share. Nothing of it is kept: after a reload, and after a pause or stop, nobody knows, and it
 * is asked again.
 * @module
 */

import { otherSeat } from "./seats.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */

/** The seat without a phone of its own. @param {RoomState} state @returns {Seat | null} */
export function guestOf(state) {
  const seat = otherSeat(state);
  return state.seats[seat]?.hosted === true ? seat : null;
}

export class Hands {
  /** @type {Seat | null} who said that they have it; null: nobody, or not since the game was halted */
  seat = null;
  /** The guest said on this page that they are an adult. */
  adult = false;
  /** Before the game: the host gives it to the guest, who decides whether it begins. */
  offered = false;
  /** The host said that it is they who look at what is theirs, until they close it. */
  owner = false;

  /** @param {RoomState} state @param {Seat} seat */
  take(state, seat) {
    this.seat = seat;
    this.offered = false;
    if (seat === guestOf(state)) this.adult = true;
  }

  /** It lies between the two. */
  put() {
    this.seat = null;
    this.offered = false;
  }

  /**
   * Who has to take it before anything is shown.
   * @param {RoomState} state
   * @param {Seat | null} asked whose answer the game waits for
   * @returns {Seat | null} nobody
   */
  wanted(state, asked) {
    const guest = guestOf(state);
    if (guest === null) return null;
    if (this.offered && state.phase === "lobby" && asked === null) return guest;
    const turn = state.phase === "choosing" || state.phase === "card" ? state.active : null;
    const who = asked ?? turn;
    if (who === null || (who === this.seat && (who !== guest || this.adult))) return null;
    return who;
  }

  /** May what only the host may read be shown? @param {RoomState} state */
  hostReads(state) {
    if (guestOf(state) === null || this.owner || this.seat === state.seat) return true;
    return state.phase === "ended" || (state.phase === "lobby" && !this.offered);
  }

  /** For whom this phone speaks, when its holder presses. @param {RoomState} state @returns {Seat} */
  speaker(state) {
    return guestOf(state) === null ? state.seat : (this.seat ?? state.seat);
  }
}
