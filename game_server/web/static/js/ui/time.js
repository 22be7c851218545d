/**
 * Countdowns, by the server's clock where it is known; days and lists as the language writes them.
 * @module
 */

import { _, locale } from "./tongue.js";

/**
 * @param {string | null | undefined} until RFC 3339
 * @param {number} now milliseconds
 * @returns {number} whole seconds left, never below 0
 */
export function secondsLeft(until, now) {
  if (!until) return 0;
  return Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
}

/** @param {number} seconds @returns {string} such as 4:07, or 1 h 5 min */
export function clock(seconds) {
  const rest = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return _("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** @param {readonly string[]} words @returns {string} such as "Ana, Ben and Kim" */
export function listed(words) {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(words);
}

/**
 * @param {string} at RFC 3339
 * @param {number} [now] milliseconds
 * @param {string} [language]
 * @returns {string} such as "29 November"; with its year where that is another
 */
export function day(at, now = Date.now(), language = locale()) {
  return new Date(at).toLocaleDateString(language, dated(at, now));
}

/** @param {string} at RFC 3339 @returns {string} such as "29 November at 21:05"; what is paid for a year would seem to end today without its year */
export function moment(at) {
  return new Date(at).toLocaleString(locale(), { ...dated(at, Date.now()), hour: "numeric", minute: "2-digit" });
}

/** @param {string} at @param {number} now @returns {Intl.DateTimeFormatOptions} */
function dated(at, now) {
  const otherYear = new Date(at).getFullYear() !== new Date(now).getFullYear();
  return { day: "numeric", month: "long", ...(otherYear ? { year: "numeric" } : {}) };
}

/** From the largest, in seconds. @type {readonly (readonly [Intl.RelativeTimeFormatUnit, number])[]} */
const STEPS = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** @param {string} at RFC 3339 @param {number} now milliseconds @returns {string} such as 2 hours ago */
export function ago(at, now) {
  const seconds = Math.max(0, Math.floor((now - Date.parse(at)) / 1000));
  const [unit, length] = STEPS.find(([, each]) => seconds >= each) ?? ["second", 1];
  const count = unit === "second" ? 0 : Math.floor(seconds / length); // "now" will do for less than a minute
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(-count, unit);
}

/** Words that stand by themselves begin with a capital; Spanish writes its days and months small. @param {string} words @param {string} [language] */
export function alone(words, language = locale()) {
  const [first = ""] = words;
  return first.toLocaleUpperCase(language) + words.slice(first.length);
}

/**
 * The day on which an evening began, as one says it: its weekday within a week, then its date, and the year where it is another.
 * @param {string} at RFC 3339
 * @param {number} now milliseconds
 * @param {string} [language]
 */
export function dayOf(at, now, language = locale()) {
  return alone(new Date(at).toLocaleDateString(language, daily(at, now)), language);
}

/**
 * The same for several: those of one day are told apart by the time.
 * @param {readonly string[]} ats RFC 3339
 * @param {number} now milliseconds
 * @param {string} [language]
 */
export function daysOf(ats, now, language = locale()) {
  const days = ats.map((at) => dayOf(at, now, language));
  return ats.map((at, place) => {
    const day = days[place] ?? "";
    if (days.indexOf(day) === days.lastIndexOf(day)) return day;
    return alone(new Date(at).toLocaleString(language, { ...daily(at, now), hour: "numeric", minute: "2-digit" }), language);
  });
}

/** @param {string} at @param {number} now @returns {Intl.DateTimeFormatOptions} */
function daily(at, now) {
  return now - Date.parse(at) < 6 * 86_400_000 ? { weekday: "long" } : dated(at, now);
}

/**
 * The server's time on a phone whose own clock may be wrong: how far it was ahead of a clock that only runs.
 *
 * A message may be late, never early, so the furthest ahead is the truest. It may be late by the way it took.
 */
export class ServerClock {
  #aheadMs = 0;

  /** @param {() => number} running milliseconds since some moment, by a clock that nobody sets */
  constructor(running) {
    this.running = running;
  }

  /** On a new connection: whatever was known may be old. @param {string} told RFC 3339 @param {number} at */
  set(told, at) {
    this.#aheadMs = Date.parse(told) - at;
  }

  /** @param {string} told RFC 3339 @param {number} at when it was heard, by `running` */
  hear(told, at) {
    this.#aheadMs = Math.max(this.#aheadMs, Date.parse(told) - at);
  }

  /** Milliseconds since 1970, by the server. */
  now() {
    return this.running() + this.#aheadMs;
  }
}

/**
 * Call `tick` now and then every second while the page is open; the answer stops it.
 * @param {() => void} tick
 * @returns {() => void}
 */
export function everySecond(tick) {
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
}
