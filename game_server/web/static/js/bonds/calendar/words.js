/**
 * What the dates of a bond are.
 * @module
 */

import { alone } from "../../ui/time.js";
import { _, locale } from "../../ui/tongue.js";
import { firstDay, lastDay, said } from "./days.js";

/** @typedef {"scene" | "task_deadline" | "important_date" | "ritual" | "check_in"} Kind */
/**
 * @typedef {object} Event an event, or one day of a series
 * @property {string} id of the event: every day of a series has its one
 * @property {number} version
 * @property {string} title
 * @property {Kind} event_type
 * @property {string} start_date RFC 3339
 * @property {string | null} end_date
 * @property {boolean} all_day
 * @property {string} timezone
 * @property {string | null} rrule
 * @property {readonly string[]} exdates days of a series that there are not, by the moment each would have had
 * @property {string | null} description
 * @property {string | null} location
 * @property {number | null} reminder_minutes
 * @property {string | null} task_id whose deadline it is
 * @property {string | null} created_by
 * @property {boolean} [imported]
 */

/** What one may choose: deadlines come from their tasks. @type {readonly {value: Kind, label: string}[]} */
export const KINDS = [
  { value: "important_date", label: _("A date to keep") },
  { value: "ritual", label: _("A ritual") },
  { value: "scene", label: _("A scene") },
  { value: "check_in", label: _("A check-in") },
];
const DEADLINE = _("Due");

/** @type {Readonly<Record<Kind, string>>} */
export const SIGNS = { important_date: "heart", ritual: "again", scene: "moon", check_in: "talk", task_deadline: "check" };

/** @param {Kind} kind */
export function kindWord(kind) {
  return KINDS.find(({ value }) => value === kind)?.label ?? DEADLINE;
}

/** @param {string} at RFC 3339 @returns {string} such as 21:05 */
export function clockOf(at) {
  return new Date(at).toLocaleTimeString(locale(), { hour: "numeric", minute: "2-digit" });
}

/** When it is on its day, in short. @param {Event} event */
export function hoursOf(event) {
  if (event.all_day) return _("all day");
  const from = clockOf(event.start_date);
  return event.end_date === null || event.end_date === event.start_date ? from : `${from} – ${clockOf(event.end_date)}`;
}

/** The whole of it, standing by itself. @param {Event} event */
export const spanWords = (event) => alone(span(event));

/** @param {Event} event */
function span(event) {
  const day = (/** @type {string} */ each) => said(each, { weekday: "long", day: "numeric", month: "long", year: "numeric" }, locale());
  const [first, last] = [firstDay(event), lastDay(event)];
  if (first === last) return _("{day}, {hours}", { day: day(first), hours: hoursOf(event) });
  return event.all_day
    ? _("{day} to {end}", { day: day(first), end: day(last) })
    : _("{day}, {hours}, to {end}, {end_hours}", { day: day(first), hours: clockOf(event.start_date), end: day(last), end_hours: clockOf(event.end_date ?? event.start_date) });
}
