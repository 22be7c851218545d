/**
 * What is read aloud when something happens. Never a card's text: it may be heard by others.
 *
 * Where a heading that gets the focus then says it, it says it in the same words, so that it is read once (focus.js).
 * @module
 */

import { askedTitle } from "./level.js";
import { across, isReader, nameOf, speaksFor } from "./seats.js";
import { _ } from "../ui/tongue.js";
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
      return event.seat === state.seat ? "" : _("{name} is here.", { name: event.name });
    case "ready":
      return event.by === state.seat ? _("You are ready.") : _("{name} is ready.", { name: of(event.by) });
    case "started":
      return _("The game begins.");
    case "turn_began":
      return `${turnOf(of(event.active), isReader(state, event.active))}.`;
    case "card_shown":
      return _("A new card.");
    case "card_replaced":
      return _("Another card.");
    case "card_withdrawn":
      return _("The card was taken away.");
    case "nudged":
      return NUDGE_TITLE;
    case "completed":
      return _("Done.");
    case "level_proposed":
      return speaksFor(state, across(event.by)) ? askedTitle(state, event) : _("{level} is proposed.", { level: LEVELS[event.level].name });
    case "level_declined":
      return _("The level stays.");
    case "level_changed":
      return _("The level is now {level}.", { level: LEVELS[event.level].name });
    case "paused":
      return _("Paused.");
    case "stopped":
      return _("Stopped.");
    case "cool_down_set":
      return _("More time for each other.");
    case "resume_wanted":
      return isReader(state, event.by) ? _("You are fine to go on.") : _("{name} is fine to go on.", { name: of(event.by) });
    case "resumed":
      return _("Going on.");
    case "limit_reached":
      return `${LIMIT_TITLE}.`;
    case "limit_lifted":
      return _("There are cards again.");
    case "timer_started":
      return _("The clock runs.");
    case "timer_stopped":
      return _("The clock is stopped.");
    case "ended":
      return ENDINGS[event.reason].title;
    default:
      return "";
  }
}
