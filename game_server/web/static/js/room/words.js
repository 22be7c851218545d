/**
 * What the room's own terms are called on the screen.
 * @module
 */

import { _, ngettext } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").EndReason} EndReason */
/** @typedef {import("./protocol.js").Level} Level */

/** @type {Readonly<Record<Level, {name: string, hint: string}>>} */
export const LEVELS = {
  G: { name: _("Gentle"), hint: _("Talk, closeness, laughter") },
  R: { name: _("Warm"), hint: _("Flirting and touch") },
  X: { name: _("Bold"), hint: _("As far as both of you like") },
};

/** @type {readonly Level[]} */
export const LEVEL_ORDER = ["G", "R", "X"];

/** @param {Level} level @param {Level} other */
export function isHigher(level, other) {
  return LEVEL_ORDER.indexOf(level) > LEVEL_ORDER.indexOf(other);
}

/** The heading of whose turn it is. @param {string} name @param {boolean} mine is it the reader's? */
export function turnOf(name, mine) {
  return mine ? _("Your turn") : _("{name}’s turn", { name });
}

/** @param {number} cards that a day still has */
export function leftToday(cards) {
  return ngettext("{n} left today", "{n} left today", cards);
}

export const LIMIT_TITLE = _("That was it for today");
export const NUDGE_TITLE = _("Not quite right?");

export const TYPES = Object.freeze({ truth: _("Truth"), dare: _("Dare"), random: _("Surprise me") });

export const PRESENCE = Object.freeze({ present: _("here"), away: _("away for a moment"), left: _("not here") });

/** What is said of a partner who is not here. @type {Readonly<Record<string, string>>} */
export const PRESENCE_SLIPS = {
  away: _("{name} is away for a moment. The game waits."),
  left: _("{name} is not here. The game stays open."),
};

/** @type {Readonly<Record<EndReason, {title: string, text: string}>>} */
export const ENDINGS = {
  target: { title: _("That was your evening."), text: _("Thank you for playing. Stay close for a while.") },
  ended: { title: _("That was your evening."), text: _("It was ended early. That is fine at any card.") },
  stopped: {
    title: _("You stopped."),
    text: _("Stopping was right, whatever the reason. Drink some water, get warm, and ask each other what you need."),
  },
  abandoned: { title: _("This game was closed."), text: _("It does not go on. You can begin a new one any time.") },
  declined: { title: _("This game was declined."), text: _("It did not begin, and nobody has to say why.") },
};

/** How a press fares that nobody has answered yet. */
export const SENDING = Object.freeze({ sending: _("Sending …"), unsent: _("Not sent yet, your game is safe.") });

/** Why the connection stays closed, by close code or error code. @type {Readonly<Record<string, string>>} */
export const STOPPED = {
  4401: _("The door did not open. Please try again."),
  4403: _("This room is not yours, or it does not exist."),
  4408: _("The door did not open. Please try again."),
  4409: _("This game is open in another tab or on another device of yours."),
  4426: _("This page is older than the server. Please reload it."),
  1003: _("The connection was refused. Please reload the page."),
  1008: _("That was too much at once. Please wait a moment."),
  1009: _("The connection was refused. Please reload the page."),
  not_found: _("This room is not yours, or it does not exist."),
  unauthorized: _("You are signed out."),
};

/** From two on; one is said as a whole, because languages bend it. */
const NUMBERS = [
  ...[_("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"), _("Ten"), _("Eleven")],
  _("Twelve"),
];

/** Such as "Five cards" or "13 minutes". @param {number} count @param {"card" | "minute"} thing */
export function counted(count, thing) {
  const number = NUMBERS[count - 2] ?? count;
  if (thing === "card") return count === 0 ? _("No cards") : ngettext("One card", "{number} cards", count, { number });
  return count === 0 ? _("No minutes") : ngettext("One minute", "{number} minutes", count, { number });
}

/** The same where the sentence has begun before. @param {string} words */
export function within(words) {
  return words.charAt(0).toLocaleLowerCase() + words.slice(1);
}
