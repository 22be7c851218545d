/**
 * Days as they are written, "2026-11-30", and months as whole weeks of them.
 * @module
 */

import { dayIn, ownZone } from "../../ui/zones.js";

/**
 * @typedef {object} Span
 * @property {string} start_date RFC 3339
 * @property {string | null} end_date
 * @property {boolean} all_day
 * @property {string} timezone
 */

const DAY_MS = 86_400_000;
const MONDAY = 1;
/** More days than that a month cannot show of one event anyway. */
const MOST_DAYS = 400;

/** @param {string} day @returns {number} */
function midnight(day) {
  return Date.parse(`${day}T00:00:00Z`);
}

/** @param {number} ms @returns {string} */
function written(ms) {
  return new Date(ms).toISOString().slice(0, 10);
}

/** @param {string} day @param {number} days */
export function plusDays(day, days) {
  return written(midnight(day) + days * DAY_MS);
}

/** The same day of another month, or its last. @param {string} day @param {number} months */
export function plusMonths(day, months) {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return written(Date.UTC(year, month - 1 + months, Math.min(date, last)));
}

/** @param {string} day @returns {string} such as 2026-11 */
export function monthOf(day) {
  return day.slice(0, 7);
}

/** @param {string} day @returns {number} 0 is Sunday */
export function weekday(day) {
  return new Date(midnight(day)).getUTCDay();
}

/** On which a week begins, where this language is spoken. @param {string} locale @returns {number} 0 is Sunday */
export function firstWeekday(locale) {
  const known = /** @type {{getWeekInfo?: () => {firstDay: number}, weekInfo?: {firstDay: number}}} */ (new Intl.Locale(locale));
  const first = known.getWeekInfo?.().firstDay ?? known.weekInfo?.firstDay ?? MONDAY;
  return first % 7;
}

/**
 * The weeks that a month is seen in: the first and the last have days of its neighbours.
 * @param {string} day any day of it @param {number} first weekday of a week
 * @returns {string[][]}
 */
export function weeksOf(day, first) {
  const month = monthOf(day);
  const begin = `${month}-01`;
  let at = plusDays(begin, -((weekday(begin) - first + 7) % 7));
  /** @type {string[][]} */
  const weeks = [];
  do {
    const from = at;
    weeks.push(Array.from({ length: 7 }, (_, place) => plusDays(from, place)));
    at = plusDays(at, 7);
  } while (monthOf(at) === month);
  return weeks;
}

/** The first day of an event: as it is there where it is said for a whole day, else as it is here. @param {Span} event @param {string} [here] zone */
export function firstDay(event, here = ownZone()) {
  return dayIn(event.start_date, event.all_day ? event.timezone : here);
}

/** Its last one; an end at midnight is the end of the day before. @param {Span} event @param {string} [here] zone */
export function lastDay(event, here = ownZone()) {
  const first = firstDay(event, here);
  if (event.end_date === null) return first;
  const end = new Date(Math.max(Date.parse(event.start_date), Date.parse(event.end_date) - 1)).toISOString();
  const last = dayIn(end, event.all_day ? event.timezone : here);
  return last < first ? first : last;
}

/** @param {Span} event @param {string} [here] zone @returns {string[]} */
export function daysOf(event, here = ownZone()) {
  const last = lastDay(event, here);
  const days = [firstDay(event, here)];
  while ((days.at(-1) ?? last) < last && days.length < MOST_DAYS) days.push(plusDays(days.at(-1) ?? last, 1));
  return days;
}

/**
 * @template {Span} E
 * @param {readonly E[]} events @param {string} [here] zone
 * @returns {Map<string, E[]>} by day; what lasts the whole day first, then by its hour
 */
export function byDay(events, here = ownZone()) {
  /** @type {Map<string, E[]>} */
  const found = new Map();
  const inOrder = [...events].sort(
    (one, other) => Number(other.all_day) - Number(one.all_day) || Date.parse(one.start_date) - Date.parse(other.start_date),
  );
  for (const event of inOrder) for (const day of daysOf(event, here)) found.set(day, [...(found.get(day) ?? []), event]);
  return found;
}

/** @param {string} day @param {Intl.DateTimeFormatOptions} how @param {string} locale */
export function said(day, how, locale) {
  return new Intl.DateTimeFormat(locale, { ...how, timeZone: "UTC" }).format(midnight(day));
}
