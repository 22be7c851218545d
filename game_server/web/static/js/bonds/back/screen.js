/**
 * Looking back: what was, in numbers and bars, what was reached, and both to take along. It tells what was and judges nobody.
 * @module
 */

import { h } from "../../ui/dom.js";
import { explain } from "../../ui/forms.js";
import { loading } from "../../ui/loading.js";
import { announce, notify } from "../../ui/notices.js";
import { segments } from "../../ui/segments.js";
import { _ } from "../../ui/tongue.js";
import { gentle } from "../commands.js";
import { barsOf } from "./bars.js";
import { asked, SPANS } from "./days.js";
import { aloneBox, memberBox, spanWords, togetherBox } from "./numbers.js";
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
      /** What is shown, and of how far back. @type {{span: Span, numbers: Analytics, reached: Achievement[]} | null} */
      let known = null;
      const view = () => (known === null ? null : page(here, known, segments({ class: "look", name: "span", legend: _("How far back") }, SPANS, span, pick)));
      const again = async () => {
        const mine = ++turn;
        const [numbers, reached] = await read(here, span);
        if (mine !== turn) return;
        known = { span, numbers, reached };
        draw(view());
      };
      const pick = async (/** @type {Span} */ chosen) => {
        span = chosen;
        draw(view());
        try {
          await again();
          if (known?.span === chosen) announce(spanWords(known.numbers));
        } catch (error) {
          if (span !== chosen) return; // another was asked for since
          span = known?.span ?? span;
          draw(view());
          notify(explain(error));
        }
      };
      here.heard(({ table }) => (table === "user_achievements" || table === null ? void again().catch(gentle) : undefined));
      do await again();
      while (known === null); // what came meanwhile asked anew
      return view();
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

/** @param {Here} here @param {{span: Span, numbers: Analytics, reached: Achievement[]}} known @param {HTMLElement} choice of another span */
function page(here, { span, numbers, reached }, choice) {
  const { bond } = here;
  const stretches = span === "365" ? numbers.months : numbers.weeks;
  return h(
    "div",
    { class: "looking-back", testid: "looking-back" },
    choice,
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
