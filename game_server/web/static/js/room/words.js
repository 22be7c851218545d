/**
 * What the room's own terms are called on the screen.
 * @module
 */

import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").EndReason} EndReason */
/** @typedef {import("./protocol.js").Level} Level */

/** @type {Readonly<Record<Level, {name: string, hint: string}>>} */
export const LEVELS = {
  G: { name: "Gentle", hint: "Talk, closeness, laughter" },
  R: { name: "Warm", hint: "Flirting and touch" },
  X: { name: "Bold", hint: "As far as both of you like" },
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
  return _("{n} left today", { n: cards });
}

export const LIMIT_TITLE = "That was it for today";
export const NUDGE_TITLE = "Not quite right?";

export const TYPES = Object.freeze({ truth: "Truth", dare: "Dare", random: "Surprise me" });

export const PRESENCE = Object.freeze({ present: "here", away: "away for a moment", left: "not here" });

/** What is said of a partner who is not here. @type {Readonly<Record<string, string>>} */
export const PRESENCE_SLIPS = {
  away: "{name} is away for a moment. The game waits.",
  left: "{name} is not here. The game stays open.",
};

/** @type {Readonly<Record<EndReason, {title: string, text: string}>>} */
export const ENDINGS = {
  target: { title: "You made it to the last card.", text: "Thank you for playing. Stay close for a while." },
  ended: { title: "The game is over.", text: "It was ended early. That is fine at any card." },
  stopped: {
    title: "You stopped.",
    text: "Stopping was right, whatever the reason. Drink some water, get warm, and ask each other what you need.",
  },
  abandoned: { title: "This game was closed.", text: "It does not go on. You can begin a new one any time." },
  declined: { title: "This game was declined.", text: "It did not begin, and nobody has to say why." },
};

/** How a press fares that nobody has answered yet. */
export const SENDING = Object.freeze({ sending: "Sending …", unsent: "Not sent yet, your game is safe." });

/** Why the connection stays closed, by close code or error code. @type {Readonly<Record<string, string>>} */
export const STOPPED = {
  4401: "The door did not open. Please try again.",
  4403: "This room is not yours, or it does not exist.",
  4408: "The door did not open. Please try again.",
  4409: "This game is open in another tab or on another device of yours.",
  4426: "This page is older than the server. Please reload it.",
  1003: "The connection was refused. Please reload the page.",
  1008: "That was too much at once. Please wait a moment.",
  1009: "The connection was refused. Please reload the page.",
  not_found: "This room is not yours, or it does not exist.",
  unauthorized: "You are signed out.",
};

const NUMBERS = Object.freeze([
  "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
]);

/** Such as "Five cards" or "13 minutes". @param {number} count @param {string} thing */
export function counted(count, thing) {
  return `${NUMBERS[count] ?? count} ${thing}${count === 1 ? "" : "s"}`;
}
