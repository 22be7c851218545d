/**
 * A bond's calendar: a month to look through with the day one is at below it, or a list of what is to come.
 * @module
 */

import { ApiError } from "../../api.js";
import { h, render } from "../../ui/dom.js";
import { explain } from "../../ui/forms.js";
import { segments } from "../../ui/segments.js";
import { read, shelf, write } from "../../ui/kept.js";
import { _, locale } from "../../ui/tongue.js";
import { dayIn, instantOf } from "../../ui/zones.js";
import { allRows } from "../commands.js";
import { agendaView, dayView } from "./agenda.js";
import { byDay, firstWeekday, plusDays, weeksOf } from "./days.js";
import { exchangeBox } from "./exchange.js";
import { monthView } from "./month.js";

/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("./words.js").Event} Event */

/** How somebody looked at it last, on this device; where they were is forgotten. */
const LOOK_KEY = "attuned.calendar.look";
const AGENDA_DAYS = 42;
/** The server looks no further than that at once. */
const MOST_DAYS = 399;
const TABLES = new Set(["calendar_events", "tasks", null]);
const MOST_EVENTS = 1000;

/** @param {HTMLElement} place @param {Here} here */
export function overview(place, here) {
  const screen = new Overview(place, here);
  screen.begin();
  return () => screen.leave();
}

class Overview {
  /** @type {"month" | "agenda"} */
  #look = read(shelf("localStorage"), LOOK_KEY) === "agenda" ? "agenda" : "month";
  #here = true;
  #today = dayIn(new Date().toISOString());
  #day = this.#today;
  /** How far the list goes. */
  #days = AGENDA_DAYS;
  /** @type {Event[] | null} null: not heard yet */
  #events = null;
  /** @type {string | null} */
  #problem = null;
  /** Which days they were asked for. */
  #asked = "";
  /** Answers that come late are of another month. */
  #turn = 0;

  /** @param {HTMLElement} place @param {Here} here */
  constructor(place, here) {
    this.place = place;
    this.here = here;
    const wanted = new URLSearchParams(location.hash.slice(1)).get("day");
    if (wanted !== null && /^\d{4}-\d\d-\d\d$/.test(wanted)) this.#day = wanted;
  }

  begin() {
    this.here.heard(({ table }) => {
      if (TABLES.has(table)) void this.#load(true);
    });
    this.#draw();
    void this.#load();
  }

  leave() {
    this.#here = false;
  }

  /** The first and the last day that are shown. @returns {[string, string]} */
  #span() {
    if (this.#look === "agenda") return [this.#today, plusDays(this.#today, this.#days)];
    const weeks = weeksOf(this.#day, firstWeekday(locale()));
    return [weeks[0]?.[0] ?? this.#day, weeks.at(-1)?.at(-1) ?? this.#day];
  }

  /** @param {boolean} [anew] also where these days are known */
  async #load(anew = false) {
    const [first, last] = this.#span();
    if (!anew && this.#asked === `${first} ${last}`) return;
    this.#asked = `${first} ${last}`;
    const turn = ++this.#turn;
    const [from, to] = [instantOf(first), instantOf(plusDays(last, 1))].map(encodeURIComponent);
    try {
      const events = await allRows(this.here.bond, `/calendar?from=${from}&to=${to}`, MOST_EVENTS);
      if (turn !== this.#turn) return;
      this.#events = events;
      this.#problem = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn !== this.#turn) return;
      this.#problem = explain(error);
      this.#asked = "";
    }
    this.#draw();
  }

  /** @param {string} day @param {{focus?: boolean, open?: boolean}} [how] */
  #choose(day, { focus = false, open = false } = {}) {
    this.#day = day;
    this.#draw();
    if (focus) /** @type {HTMLElement | null} */ (this.place.querySelector(`[data-testid="day-${day}"]`))?.focus();
    if (open) this.place.querySelector("[data-testid='day-dates']")?.scrollIntoView({ block: "nearest" });
    void this.#load();
  }

  /** @param {"month" | "agenda"} look */
  #turnTo(look) {
    this.#look = look;
    write(shelf("localStorage"), LOOK_KEY, look);
    this.#draw();
    void this.#load();
  }

  #draw() {
    if (!this.#here) return;
    const { bond } = this.here;
    const events = byDay(this.#events ?? []);
    const [from, until] = this.#span();
    render(
      this.place,
      h(
        "div",
        { class: "stack calendar", testid: "calendar", "aria-busy": this.#events === null },
        h(
          "div",
          { class: "calendar-top" },
          segments(
            { class: "set", name: "look", legend: _("How to look at it") },
            [
              { value: "month", label: _("Month") },
              { value: "agenda", label: _("List") },
            ],
            this.#look,
            (look) => this.#turnTo(look),
          ),
          bond.may("calendar.create")
            ? h("a", { class: "button primary", href: `${bond.to("calendar", "new")}#day=${this.#look === "month" ? this.#day : this.#today}`, testid: "new-event" }, _("A new date"))
            : null,
        ),
        this.#problem === null
          ? null
          : h("div", { class: "stack", "data-key": "problem" }, h("p", { class: "problem", role: "alert" }, this.#problem), h("button", { type: "button", testid: "try-again", onclick: () => void this.#load(true) }, _("Try again"))),
        this.#look === "month"
          ? [
              monthView({ day: this.#day, today: this.#today, events, choose: (day, how) => this.#choose(day, how) }),
              dayView(bond, this.#day, this.#today, events.get(this.#day) ?? []),
            ]
          : [
              this.#events === null && this.#problem === null ? h("p", { class: "quiet", "data-key": "waits" }, _("One moment …")) : agendaView(bond, this.#today, events, from, until),
              this.#days >= MOST_DAYS ? null : h("button", { type: "button", testid: "further", onclick: () => this.#further() }, _("Look further ahead")),
            ],
        exchangeBox(this.here, () => this.#load(true)),
      ),
    );
  }

  #further() {
    this.#days = Math.min(this.#days * 2, MOST_DAYS);
    void this.#load();
  }
}
