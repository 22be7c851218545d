/**
 * A date being written: when, how often, and whether one is reminded.
 * @module
 */

import { h, render } from "../../ui/dom.js";
import { choice, field, form, problemPlace, text } from "../../ui/forms.js";
import { _ } from "../../ui/tongue.js";
import { dayIn, instantOf, isZone, ownZone, wallOf } from "../../ui/zones.js";
import { Draft } from "../tools/drafts.js";
import { plusDays } from "./days.js";
import { CHOICES, choiceOf, OWN_CHOICE, REMINDERS, reminderWords, ruleOf } from "./repeats.js";
import { KINDS } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("./words.js").Event} Event */
/** @typedef {Record<string, unknown>} Given */

const HOUR_MS = 3_600_000;

/** A new one. @param {HTMLElement} place @param {Here} here */
export function formView(place, here) {
  const { bond, app } = here;
  here.entitle(_("A new date"));
  const wanted = new URLSearchParams(location.hash.slice(1)).get("day");
  const form = new EventForm(bond, null, wanted ?? dayIn(new Date().toISOString()), () => draw());
  const draw = () =>
    render(
      place,
      form.view(_("Keep it"), async (given, sent) => {
        await app.api.create(bond.api("/calendar"), given);
        app.goOn(sent, `${bond.to("calendar")}#day=${form.day}`, { replace: true });
      }),
    );
  draw();
  return () => {};
}

export class EventForm {
  #shown = false;

  /** @param {Bond} bond @param {Event | null} event @param {string} day on which a new one is @param {() => void} changed */
  constructor(bond, event, day, changed) {
    this.event = event;
    this.day = event === null ? day : dayIn(event.start_date, event.all_day ? event.timezone : ownZone());
    this.changed = changed;
    this.zone = event?.timezone ?? ownZone();
    this.allDay = event?.all_day ?? false;
    this.repeat = choiceOf(event?.rrule ?? null, this.zone);
    this.draft = new Draft(bond, `calendar.${event === null ? `new.${day}` : `${event.id}.${event.version}`}`);
    const { typed } = this.draft;
    if (typed === null) return;
    this.allDay = typed["all_day"]?.length === 1;
    const [repeats = this.repeat.choice] = typed["repeats"] ?? [];
    this.repeat = { choice: /** @type {import("./repeats.js").Repeat} */ (repeats), until: typed["until"]?.[0] ?? this.repeat.until };
  }

  /** @param {string} word @param {(given: Given, sent: HTMLFormElement) => Promise<void>} act */
  view(word, act) {
    const { event } = this;
    const reminder = event?.reminder_minutes ?? null;
    const known = REMINDERS.some(({ value }) => value === String(reminder ?? ""));
    const { draft } = this;
    const made = form(
      { class: "box stack", testid: "event-form", "data-key": "event-form", ...draft.listeners },
      async (data, sent) => {
        await act(this.#said(data), sent);
        draft.drop();
      },
      field(_("What is it?"), { name: "title", type: "text", maxlength: 200, required: true, value: event?.title ?? "" }),
      choice("radio", "event_type", _("Of what kind?"), [...KINDS], [event?.event_type ?? "important_date"]),
      h(
        "label",
        { class: "tick", "data-key": "all-day" },
        h("input", { type: "checkbox", name: "all_day", testid: "all_day", checked: this.allDay, onchange: (/** @type {Event_} */ { target }) => this.#toggle(/** @type {HTMLInputElement} */ (target)) }),
        h("span", null, _("The whole day")),
      ),
      this.allDay ? this.#days() : this.#hours(),
      choice("radio", "repeats", _("How often?"), [...CHOICES, ...(this.repeat.choice === "own" ? [OWN_CHOICE] : [])], [this.repeat.choice], (event) => this.#repeats(/** @type {HTMLInputElement} */ (event.target))),
      this.repeat.choice === "never" || this.repeat.choice === "own" ? null : field(_("Until, if it ends"), { name: "until", type: "date", value: this.repeat.until }),
      choice("radio", "reminder", _("Shall it remind you?"), [...REMINDERS, ...(known ? [] : [{ value: String(reminder), label: reminderWords(reminder ?? 0) }])], [String(reminder ?? "")]),
      field(_("Where"), { name: "location", type: "text", maxlength: 200, value: event?.location ?? "" }),
      field(_("A word about it"), { name: "description", rows: 3, maxlength: 4000 }, undefined, "textarea", event?.description ?? ""),
      this.allDay ? null : zoneField(this.zone),
      problemPlace(),
      h("button", { class: "primary", testid: "keep-event" }, word),
    );
    if (this.#shown) return made;
    this.#shown = true; // afterwards what is typed stands in the page itself
    return draft.fill(made);
  }

  /** @param {HTMLInputElement} tick */
  #toggle(tick) {
    this.allDay = tick.checked;
    this.changed();
  }

  /** @param {HTMLInputElement} chosen */
  #repeats(chosen) {
    this.repeat = { choice: /** @type {import("./repeats.js").Repeat} */ (chosen.value), until: this.repeat.until };
    this.changed();
  }

  #days() {
    const { event, day } = this;
    const last = event?.all_day && event.end_date ? plusDays(dayIn(event.end_date, event.timezone), -1) : day;
    return h(
      "div",
      { class: "row", "data-key": "days" },
      field(_("From"), { name: "start", type: "date", required: true, value: day }),
      field(_("To"), { name: "ends", type: "date", value: last < day ? day : last }),
    );
  }

  #hours() {
    const { event, day, zone } = this;
    const timed = event !== null && !event.all_day ? event : null;
    return h(
      "div",
      { class: "row", "data-key": "hours" },
      field(_("Begins"), { name: "start", type: "datetime-local", required: true, value: timed === null ? `${day}T20:00` : wallOf(timed.start_date, zone) }),
      field(_("Ends"), { name: "ends", type: "datetime-local", value: timed?.end_date ? wallOf(timed.end_date, zone) : "" }),
    );
  }

  /** @param {FormData} data @returns {Given} */
  #said(data) {
    const allDay = data.get("all_day") !== null;
    const zone = isZone(text(data, "timezone")) ? text(data, "timezone") : this.zone;
    const reminder = text(data, "reminder");
    const choice = text(data, "repeats");
    const orNone = (/** @type {string} */ name) => (text(data, name) === "" ? null : text(data, name));
    return {
      title: text(data, "title"),
      event_type: text(data, "event_type"),
      all_day: allDay,
      timezone: zone,
      ...(allDay ? this.#wholeDays(data, zone) : this.#moments(data, zone)),
      rrule: choice === "own" ? (this.event?.rrule ?? null) : ruleOf(choice, text(data, "until"), allDay ? null : zone),
      reminder_minutes: reminder === "" ? null : Number(reminder),
      location: orNone("location"),
      description: orNone("description"),
    };
  }

  /** An end is the first moment after it. @param {FormData} data @param {string} zone */
  #wholeDays(data, zone) {
    const first = text(data, "start");
    const last = text(data, "ends");
    this.day = first;
    return { start_date: instantOf(first, zone), end_date: instantOf(plusDays(last < first ? first : last, 1), zone) };
  }

  /** @param {FormData} data @param {string} zone */
  #moments(data, zone) {
    const start = instantOf(text(data, "start"), zone);
    const end = text(data, "ends");
    this.day = dayIn(start);
    return { start_date: start, end_date: end === "" ? new Date(Date.parse(start) + HOUR_MS).toISOString() : instantOf(end, zone) };
  }
}

/** @typedef {globalThis.Event} Event_ */

/** @param {string} zone */
function zoneField(zone) {
  return h(
    "details",
    { "data-key": "zone", testid: "zone" },
    h("summary", null, _("Time zone: {zone}", { zone })),
    field(
      _("The clocks it goes by"),
      { name: "timezone", type: "text", value: zone, list: "zones", autocomplete: "off" },
      _("Such as Europe/Berlin. It matters when you are far from each other, and when clocks change."),
    ),
    h("datalist", { id: "zones" }, Intl.supportedValuesOf("timeZone").map((each) => h("option", { value: each }))),
  );
}
