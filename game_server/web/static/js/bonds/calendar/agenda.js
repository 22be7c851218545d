/**
 * Dates as a list: of one day, or of all that are to come.
 * @module
 */

import { h } from "../../ui/dom.js";
import { goto } from "../../ui/rows.js";
import { alone } from "../../ui/time.js";
import { _, locale } from "../../ui/tongue.js";
import { said } from "./days.js";
import { hoursOf, kindWord, SIGNS } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./words.js").Event} Event */

const DAY = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long" });

/** @param {string} day @param {string} today */
function dayTitle(day, today) {
  const words = said(day, day.slice(0, 4) === today.slice(0, 4) ? DAY : { ...DAY, year: "numeric" }, locale());
  return day === today ? _("Today, {day}", { day: words }) : alone(words);
}

/** Where a date is to be read; of one that comes again, that day of it. @param {Bond} bond @param {Event} event */
export function dateOf(bond, { id, rrule, start_date: starts }) {
  return rrule === null ? bond.to("calendar", id) : `${bond.to("calendar", id)}#at=${encodeURIComponent(starts)}`;
}

/** A deadline leads to its task. @param {Bond} bond @param {Event} event @param {string} day */
export function eventLine(bond, event, day) {
  const { id, title, rrule, event_type: kind, task_id: task } = event;
  const about = kind === "important_date" ? hoursOf(event) : `${hoursOf(event)} · ${kindWord(kind)}`;
  return goto({
    testid: task === null ? "event" : "deadline",
    key: `${id}-${event.start_date}-${day}`,
    href: task === null ? dateOf(bond, event) : bond.to("tasks", task),
    sign: SIGNS[kind],
    title,
    hint: about,
    value: rrule === null ? null : _("comes again"),
  });
}

/** The chosen day. @param {Bond} bond @param {string} day @param {string} today @param {Event[]} events */
export function dayView(bond, day, today, events) {
  return h(
    "section",
    { class: "box", testid: "day-dates", "data-key": "day-dates" },
    h("h2", { "aria-live": "polite" }, dayTitle(day, today)),
    events.length === 0 ? h("p", { class: "quiet" }, _("Nothing on this day.")) : h("ul", { class: "rows" }, events.map((each) => eventLine(bond, each, day))),
  );
}

/** @param {Bond} bond @param {string} today @param {Map<string, Event[]>} events by day @param {string} from @param {string} until the last day */
export function agendaView(bond, today, events, from, until) {
  const days = [...events.keys()].filter((day) => day >= from && day <= until).sort();
  if (days.length === 0)
    return h("section", { class: "box", testid: "agenda", "data-key": "agenda" }, h("p", { testid: "nothing-yet" }, _("Nothing is to come in these weeks. A ritual, an anniversary, an evening: what would you like to look forward to?")));
  return h(
    "div",
    { class: "stack", testid: "agenda", "data-key": "agenda" },
    days.map((day) => h("section", { class: "box", "data-key": day }, h("h2", null, dayTitle(day, today)), h("ul", { class: "rows" }, (events.get(day) ?? []).map((each) => eventLine(bond, each, day))))),
  );
}
