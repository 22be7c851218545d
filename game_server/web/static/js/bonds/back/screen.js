/**
 * Looking back: what was, in numbers and bars, what was reached, and both to take along. It tells what was and judges nobody.
 * @module
 */

import { h } from "../../ui/dom.js";
import { loading } from "../../ui/loading.js";
import { segments } from "../../ui/segments.js";
import { _ } from "../../ui/tongue.js";
import { barsOf } from "./bars.js";
import { asked, SPANS } from "./days.js";
import { aloneBox, memberBox, togetherBox } from "./numbers.js";
import { reachedBox } from "./reached.js";
import { takeBox } from "./taking.js";

/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("../parts.js").PartScreen} PartScreen */
/** @typedef {{done: number, still_open: number, completion_rate: number | null, with_date: number, on_time: number, on_time_rate: number | null}} Tasks */
/** @typedef {{green: number, yellow: number, red: number}} Moods */
/** @typedef {{begins: string, ends: string, tasks: Tasks, moods: Moods, points_given: number, points_spent: number, journal: number, messages: number}} Stretch */
/** @typedef {{user_id: string, tasks: Tasks, moods: Moods, points: {given: number, spent: number, balance: number}, rules_in_force: number, messages: number}} OfMember */
/** @typedef {{now: number, longest: number}} Streak */
/**
 * @typedef {object} Analytics
 * @property {string} from
 * @property {string} to
 * @property {{tasks: Tasks, moods: Moods, points_given: number, points_spent: number, messages: number}} together
 * @property {OfMember[]} members
 * @property {{own: number, shared: number}} journal
 * @property {{check_ins: Streak, on_time: Streak}} streaks
 * @property {Stretch[]} weeks
 * @property {Stretch[]} months
 */
/** @typedef {{id: string, code: string, title: string, description: string, reached: {user_id: string, reached_at: string}[]}} Achievement */
/** @typedef {import("./days.js").Span} Span */

/** @type {PartScreen} */
export const backPart = (place, here) =>
  loading(
    place,
    () => null,
    async (draw) => {
      let span = /** @type {Span} */ ("91");
      let turn = 0;
      const show = async () => {
        const mine = ++turn;
        const [numbers, reached] = await read(here, span);
        return mine === turn ? page(here, span, numbers, reached, pick) : null;
      };
      const again = async () => {
        const shown = await show();
        if (shown !== null) draw(shown);
      };
      const pick = (/** @type {Span} */ chosen) => {
        span = chosen;
        void again();
      };
      here.heard(({ table }) => (table === "user_achievements" || table === null ? void again() : undefined));
      return show();
    },
    { again: true },
  );

/** @param {Here} here @param {Span} span @returns {Promise<[Analytics, Achievement[]]>} */
async function read({ app, bond }, span) {
  const [numbers, reached] = await Promise.all([
    app.api.get(bond.api(`/analytics?${asked(span)}`)),
    app.api.get(bond.api("/achievements?limit=100")),
  ]);
  return [numbers, reached.items];
}

/** @param {Here} here @param {Span} span @param {Analytics} numbers @param {Achievement[]} reached @param {(span: Span) => void} pick */
function page(here, span, numbers, reached, pick) {
  const { bond } = here;
  const stretches = span === "365" ? numbers.months : numbers.weeks;
  return h(
    "div",
    { class: "looking-back", testid: "looking-back" },
    segments({ class: "look", name: "span", legend: _("How far back") }, SPANS, span, pick),
    h(
      "div",
      { class: "two" },
      togetherBox(numbers, span),
      bond.others.length === 0 ? null : numbers.members.map((each) => memberBox(bond, each)),
      aloneBox(numbers),
      barsOf(stretches, span === "365"),
      reachedBox(bond, reached),
      takeBox(here, span),
    ),
  );
}
