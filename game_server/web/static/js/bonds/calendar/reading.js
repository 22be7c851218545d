/**
 * One date: when, how often, and what is to know of it.
 * @module
 */

import { h } from "../../ui/dom.js";
import { icon } from "../../ui/icon.js";
import { loading } from "../../ui/loading.js";
import { openSheet } from "../../ui/sheet.js";
import { day } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";
import { dayIn, ownZone } from "../../ui/zones.js";
import { commands, gentle, tellPrompt } from "../commands.js";
import { firstDay } from "./days.js";
import { EventForm } from "./form.js";
import { repeatWords, reminderWords } from "./repeats.js";
import { kindWord, SIGNS, spanWords } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("./words.js").Event} Event */

const TABLES = new Set(["calendar_events", null]);

/** @param {HTMLElement} place @param {Here} here @param {string} id */
export function readingView(place, here, id) {
  const { bond } = here;
  const path = bond.api(`/calendar/${encodeURIComponent(id)}`);
  /** @type {Event} */
  let event;
  /** @type {EventForm | null} */
  let editing = null;
  return loading(
    place,
    () => null,
    async (draw) => {
      /** @returns {Child} */
      const show = () => {
        here.entitle(event.title);
        return editing === null ? page(bond, event, edit) : editView(editing);
      };
      const reload = async () => {
        event = await bond.app.api.get(path);
        draw(show());
      };
      const leave = async () => {
        editing = null;
        await reload();
      };
      const edit = () => {
        editing = new EventForm(bond, event, firstDay(event), () => draw(show()));
        draw(show());
      };
      const editView = (/** @type {EventForm} */ form) => [
        form.view(_("Keep the change"), async (given) => {
          tellPrompt(await bond.app.api.patch(path, { ...given, version: event.version }));
          await leave();
        }),
        h("button", { type: "button", class: "plain", testid: "leave-edit", onclick: () => { form.draft.drop(); void leave(); } }, _("Leave it as it is")),
      ];
      here.heard(({ table }) => {
        if (TABLES.has(table) && editing === null) void reload().catch(gentle);
      });
      event = await bond.app.api.get(path);
      return show();
    },
    { again: true },
  );
}

/** @param {Bond} bond @param {Event} event @param {() => void} edit */
function page(bond, event, edit) {
  const again = repeatWords(event.rrule, event.timezone);
  const fact = (/** @type {string} */ sign, /** @type {Child} */ words) => h("p", { class: "signed-line" }, icon(sign), h("span", null, words));
  return h(
    "div",
    { class: "stack", testid: "event-page" },
    h(
      "section",
      { class: "box", "data-key": "facts" },
      fact(SIGNS[event.event_type], kindWord(event.event_type)),
      fact("clock", [spanWords(event), event.all_day || event.timezone === ownZone() ? null : h("small", null, _("by the clocks here; it was set by those of {zone}", { zone: event.timezone }))]),
      again === null ? null : fact("again", again),
      event.location ? fact("home", event.location) : null,
      event.reminder_minutes === null ? null : fact("bell", reminderWords(event.reminder_minutes)),
      event.description ? h("p", { class: "written" }, event.description) : null,
    ),
    event.task_id === null ? null : h("a", { class: "button", href: bond.to("tasks", event.task_id), testid: "to-task" }, _("To the task")),
    h("a", { class: "button plain", href: `${bond.to("calendar")}#day=${firstDay(event)}`, testid: "to-day" }, _("To its day in the calendar")),
    mine(bond, event) ? [h("button", { type: "button", testid: "edit-event", onclick: edit }, _("Change it")), oneDay(bond, event), removal(bond, event)] : null,
  );
}

/** A deadline is its task's. @param {Bond} bond @param {Event} event */
function mine(bond, event) {
  return event.task_id === null && event.created_by === bond.me.user_id && !bond.over;
}

/** The day of a series by which one came here, left out by itself. @param {Bond} bond @param {Event} event */
function oneDay(bond, event) {
  const at = new URLSearchParams(location.hash.slice(1)).get("at");
  if (at === null || event.rrule === null || Number.isNaN(Date.parse(at))) return null;
  const name = nameOf(event, at);
  if (event.exdates.includes(name)) return h("p", { class: "quiet", "data-key": "one-day", testid: "day-left-out" }, _("{day} is left out.", { day: day(at) }));
  const out = commands(
    async () => bond.app.navigate(`${bond.to("calendar")}#day=${dayIn(at, event.all_day ? event.timezone : ownZone())}`, { replace: true }),
    () => bond.app.api.patch(bond.api(`/calendar/${encodeURIComponent(event.id)}`), { exdates: [...event.exdates, name], version: event.version }),
    _("That day is left out. All the others stay."),
  );
  return h("button", { type: "button", "data-key": "one-day", testid: "leave-out-day", onclick: out }, _("Leave out {day} alone", { day: day(at) }));
}

/** What an occurrence is called: by the moment that it has, as iCalendar writes it. @param {Event} event @param {string} at */
function nameOf(event, at) {
  if (event.all_day) return dayIn(at, event.timezone).replaceAll("-", "");
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

/** @param {Bond} bond @param {Event} event */
function removal(bond, event) {
  const gone = commands(async () => bond.app.navigate(bond.to("calendar"), { replace: true }), () => bond.app.api.delete(bond.api(`/calendar/${encodeURIComponent(event.id)}`)));
  const ask = (/** @type {globalThis.Event} */ pressed) =>
    openSheet(/** @type {Element} */ (pressed.currentTarget), { testid: "deleting", title: _("Delete this date?"), no: _("Keep it") }, () => [
      h("p", null, event.rrule === null ? _("It is gone for all of you.") : _("All its days are gone, for all of you.")),
      h("button", { type: "button", class: "grave", testid: "delete-yes", onclick: gone }, _("Delete it")),
    ]);
  return h("button", { type: "button", class: "plain signed", testid: "delete-event", onclick: ask }, icon("trash"), h("span", null, _("Delete it")));
}
