/**
 * How far one looks back, and how the server is asked for it.
 * @module
 */

import { _ } from "../../ui/tongue.js";
import { today } from "../checkin.js";

/** @typedef {"28" | "91" | "365"} Span days */

const DAY_MS = 86_400_000;

/** @type {readonly {value: Span, label: string}[]} */
export const SPANS = [
  { value: "28", label: _("Four weeks") },
  { value: "91", label: _("Three months") },
  { value: "365", label: _("A year") },
];

/** Days of this phone's own calendar. @param {Span} span @returns {string} of an address */
export function asked(span) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const from = today(new Date(Date.now() - (Number(span) - 1) * DAY_MS));
  return new URLSearchParams({ from, to: today(), timezone: timeZone }).toString();
}
