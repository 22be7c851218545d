/**
 * What is read aloud when something happens. Never a card's text: it may be heard by others.
 * @module
 */

import { isReader, nameOf } from "./seats.js";
import { ENDINGS, LEVELS } from "./words.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */

/**
 * @param {import("./protocol.js").RoomEvent} event
 * @param {RoomState} state after it
 * @returns {string} empty: nothing to say
 */
export function headline(event, state) {
  const of = (/** @type {Seat} */ seat) => nameOf(state, seat);
  switch (event.t) {
    case "joined":
      return event.seat === state.seat ? "" : `${event.name} is here.`;
    case "ready":
      return event.by === state.seat ? "You are ready." : `${of(event.by)} is ready.`;
    case "started":
      return "The game begins.";
    case "turn_began":
      return isReader(state, event.active) ? "Your turn." : `${of(event.active)}'s turn.`;
    case "card_shown":
      return "A new card.";
    case "card_replaced":
      return "Another card.";
    case "card_withdrawn":
      return "The card was taken away.";
    case "nudged":
      return "A few cards were not right. What would help?";
    case "completed":
      return "Done.";
    case "level_proposed":
      return `${LEVELS[event.level].name} is proposed.`;
    case "level_declined":
      return "The level stays.";
    case "level_changed":
      return `The level is now ${LEVELS[event.level].name}.`;
    case "paused":
      return "Paused.";
    case "stopped":
      return "Stopped.";
    case "cool_down_set":
      return "More time for each other.";
    case "resume_wanted":
      return isReader(state, event.by) ? "You are fine to go on." : `${of(event.by)} is fine to go on.`;
    case "resumed":
      return "Going on.";
    case "limit_reached":
      return "That was the last card for today.";
    case "limit_lifted":
      return "There are cards again.";
    case "timer_started":
      return "The clock runs.";
    case "timer_stopped":
      return "The clock is stopped.";
    case "ended":
      return ENDINGS[event.reason].title;
    default:
      return "";
  }
}
