/**
 * What is read aloud when something happens. Never a card's text: it may be heard by others.
 *
 * Where a heading that gets the focus then says it, it says it in the same words, so that it is read once (focus.js).
 * @module
 */

import { askedTitle } from "./level.js";
import { across, isReader, nameOf, speaksFor } from "./seats.js";
import { ENDINGS, LEVELS, LIMIT_TITLE, NUDGE_TITLE, turnOf } from "./words.js";

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
      return `${turnOf(of(event.active), isReader(state, event.active))}.`;
    case "card_shown":
      return "A new card.";
    case "card_replaced":
      return "Another card.";
    case "card_withdrawn":
      return "The card was taken away.";
    case "nudged":
      return NUDGE_TITLE;
    case "completed":
      return "Done.";
    case "level_proposed":
      return speaksFor(state, across(event.by)) ? askedTitle(state, event) : `${LEVELS[event.level].name} is proposed.`;
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
      return `${LIMIT_TITLE}.`;
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
