/**
 * How often a date comes again: a few plain choices, and the rule (RFC 5545) that each of them is.
 * @module
 */

import { day } from "../../ui/time.js";
import { _, ngettext } from "../../ui/tongue.js";
import { dayIn, instantOf } from "../../ui/zones.js";

/** @typedef {"never" | "daily" | "weekly" | "fortnightly" | "monthly" | "yearly" | "own"} Repeat */

/** @type {Readonly<Record<Exclude<Repeat, "never" | "own">, string>>} */
const RULES = {
  daily: "FREQ=DAILY",
  weekly: "FREQ=WEEKLY",
  fortnightly: "FREQ=WEEKLY;INTERVAL=2",
  monthly: "FREQ=MONTHLY",
  yearly: "FREQ=YEARLY",
};

/** @type {readonly {value: Repeat, label: string}[]} */
export const CHOICES = [
  { value: "never", label: _("Once") },
  { value: "daily", label: _("Every day") },
  { value: "weekly", label: _("Every week") },
  { value: "fortnightly", label: _("Every two weeks") },
  { value: "monthly", label: _("Every month") },
  { value: "yearly", label: _("Every year") },
];
/** For a rule that another calendar has made. */
export const OWN_CHOICE = /** @type {const} */ ({ value: "own", label: _("As it is: a rule of its own") });

/**
 * @param {string} choice
 * @param {string} until the last day, "2026-12-31"; "": no end
 * @param {string | null} zone whose days they are; null: of whole days
 * @returns {string | null}
 */
export function ruleOf(choice, until, zone) {
  const rule = choice in RULES ? RULES[/** @type {keyof typeof RULES} */ (choice)] : null;
  if (rule === null || until === "") return rule;
  const end = zone === null ? until : instantOf(`${until}T23:59`, zone).slice(0, 19);
  return `${rule};UNTIL=${end.replace(/[-:]/g, "")}${zone === null ? "" : "Z"}`;
}

/** @param {string | null} rrule @param {string} [zone] @returns {{choice: Repeat, until: string}} */
export function choiceOf(rrule, zone) {
  if (rrule === null) return { choice: "never", until: "" };
  const parts = rrule.replace(/^RRULE:/i, "").toUpperCase().split(";").filter(Boolean);
  const end = parts.find((part) => part.startsWith("UNTIL="))?.slice("UNTIL=".length) ?? "";
  const rest = parts.filter((part) => !part.startsWith("UNTIL=") && part !== "INTERVAL=1").sort();
  const found = Object.entries(RULES).find(([, rule]) => rule.split(";").sort().join(";") === rest.join(";"));
  const until = lastOf(end, zone);
  if (found === undefined || until === null) return { choice: "own", until: "" };
  return { choice: /** @type {Repeat} */ (found[0]), until };
}

/** The last day of a rule. @param {string} end as UNTIL writes it @param {string | undefined} zone @returns {string | null} "" where there is none; null: no such moment */
function lastOf(end, zone) {
  if (end === "") return "";
  const [, year, month, date, hour, minute, utc] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$/.exec(end) ?? [];
  if (year === undefined) return null;
  const day = `${year}-${month}-${date}`;
  return utc === "Z" ? dayIn(`${day}T${hour}:${minute}:00Z`, zone) : day;
}

/** What a rule says, to be read. @param {string | null} rrule @param {string} [zone] @returns {string | null} */
export function repeatWords(rrule, zone) {
  const { choice, until } = choiceOf(rrule, zone);
  if (choice === "never") return null;
  const words = CHOICES.find(({ value }) => value === choice)?.label ?? _("Comes again, by a rule of its own");
  return until === "" ? words : _("{how}, until {day}", { how: words, day: day(`${until}T12:00:00Z`) });
}

/** How long before somebody is reminded. @type {readonly {value: string, label: string}[]} */
export const REMINDERS = [
  { value: "", label: _("No reminder") },
  { value: "0", label: _("When it begins") },
  { value: "30", label: _("Half an hour before") },
  { value: "120", label: _("Two hours before") },
  { value: "1440", label: _("A day before") },
];

/** @param {number} minutes */
export function reminderWords(minutes) {
  const known = REMINDERS.find(({ value }) => value === String(minutes));
  return known?.label ?? ngettext("{n} minute before", "{n} minutes before", minutes);
}
