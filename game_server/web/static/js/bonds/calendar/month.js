/**
 * A month as a table of days: arrows go from day to day, Page Up and Down from month to month, Home and End within a week, Enter opens.
 * @module
 */

import { h } from "../../ui/dom.js";
import { icon } from "../../ui/icon.js";
import { alone } from "../../ui/time.js";
import { _, locale, ngettext } from "../../ui/tongue.js";
import { firstWeekday, monthOf, plusDays, plusMonths, said, weekday, weeksOf } from "./days.js";
import { SIGNS } from "./words.js";

/** @typedef {import("./words.js").Event} Event */
/**
 * @typedef {object} Shown
 * @property {string} day the one that is chosen
 * @property {string} today
 * @property {Map<string, Event[]>} events by day
 * @property {(day: string, how?: {focus?: boolean, open?: boolean}) => void} choose
 */

/** So many are told in a day's square; of more there is a number. */
const MOST_SIGNS = 3;

/** @param {Shown} shown */
export function monthView(shown) {
  const { day, choose } = shown;
  const first = firstWeekday(locale());
  const weeks = weeksOf(day, first);
  const title = alone(said(day, { month: "long", year: "numeric" }, locale()));
  const turn = (/** @type {number} */ months, /** @type {string} */ sign, /** @type {string} */ word, /** @type {string} */ testid) =>
    h("button", { type: "button", class: "plain turn", testid, "aria-label": word, onclick: () => choose(plusMonths(day, months)) }, icon(sign));
  return h(
    "section",
    { class: "box month-box", "data-key": "month" },
    h(
      "div",
      { class: "month-head" },
      turn(-1, "back", _("The month before"), "month-before"),
      h("h2", { id: "month-title", "aria-live": "polite" }, title),
      turn(1, "next", _("The month after"), "month-after"),
    ),
    h(
      "table",
      { class: "month", role: "grid", testid: "month", "aria-labelledby": "month-title", onkeydown: (/** @type {KeyboardEvent} */ event) => pressed(event, shown, first) },
      h("thead", null, h("tr", null, weeks[0]?.map((each) => h("th", { scope: "col" }, h("span", { class: "unseen" }, said(each, { weekday: "long" }, locale())), h("span", { "aria-hidden": true }, said(each, { weekday: "narrow" }, locale())))))),
      h("tbody", null, weeks.map((week) => h("tr", { "data-key": week[0] }, week.map((each) => square(each, shown))))),
    ),
  );
}

/** @param {string} day @param {Shown} shown */
function square(day, { day: chosen, today, events, choose }) {
  const its = events.get(day) ?? [];
  const about = said(day, { weekday: "long", day: "numeric", month: "long" }, locale());
  const label = its.length === 0 ? about : _("{day}, {dates}", { day: about, dates: ngettext("{n} date", "{n} dates", its.length) });
  return h(
    "td",
    { role: "gridcell", "data-key": day, "aria-selected": day === chosen },
    h(
      "button",
      {
        type: "button",
        class: "day",
        testid: `day-${day}`,
        "data-out": monthOf(day) !== monthOf(chosen),
        "data-today": day === today,
        "aria-current": day === today ? "date" : null,
        "aria-label": label,
        tabindex: day === chosen ? 0 : -1,
        onclick: () => choose(day, { open: true }),
      },
      h("span", { class: "number" }, said(day, { day: "numeric" }, locale())),
      h(
        "span",
        { class: "signs", "aria-hidden": true },
        its.slice(0, MOST_SIGNS).map((each) => icon(SIGNS[each.event_type])),
        its.length > MOST_SIGNS ? h("span", { "data-more": `+${its.length - MOST_SIGNS}` }) : null,
      ),
    ),
  );
}

/** @param {KeyboardEvent} event @param {Shown} shown @param {number} first weekday of a week */
function pressed(event, { day, choose }, first) {
  const into = (weekday(day) - first + 7) % 7;
  /** @type {Record<string, string>} */
  const leads = {
    ArrowLeft: plusDays(day, -1),
    ArrowRight: plusDays(day, 1),
    ArrowUp: plusDays(day, -7),
    ArrowDown: plusDays(day, 7),
    PageUp: plusMonths(day, event.shiftKey ? -12 : -1),
    PageDown: plusMonths(day, event.shiftKey ? 12 : 1),
    Home: plusDays(day, -into),
    End: plusDays(day, 6 - into),
  };
  const to = leads[event.key];
  if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  choose(to, { focus: true });
}
