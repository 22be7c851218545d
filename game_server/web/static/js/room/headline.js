/**
 * What is read aloud when something happens. Never a card's text: it may be heard by others.
 * @module
 */

import { LEVELS } from "./words.js";

/** @param {import("./protocol.js").RoomEvent} event @returns {string} empty: nothing to say */
export function headline(event) {
  switch (event.t) {
    case "joined":
      return `${event.name} is here.`;
    case "started":
      return "The game begins.";
    case "card_shown":
      return "A new card.";
    case "card_replaced":
      return "Another card.";
    case "card_withdrawn":
      return "The card was taken away.";
    case "completed":
      return "Done.";
    case "level_proposed":
      return `${LEVELS[event.level].name} is proposed.`;
    case "level_changed":
      return `The level is now ${LEVELS[event.level].name}.`;
    case "paused":
      return "Paused.";
    case "stopped":
      return "Stopped.";
    case "resumed":
      return "Going on.";
    case "limit_reached":
      return "That was the last card for today.";
    case "ended":
      return "The game is over.";
    default:
      return "";
  }
}
