/**
 * What was, in numbers, with a word to each.
 * @module
 */

import { h } from "../../ui/dom.js";
import { day } from "../../ui/time.js";
import { _, ngettext } from "../../ui/tongue.js";
import { colourSign, colourWord } from "../checkin.js";
import { pointsWord } from "../tools/words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./screen.js").Analytics} Analytics */
/** @typedef {import("./screen.js").Moods} Moods */
/** @typedef {import("./screen.js").OfMember} OfMember */
/** @typedef {import("./screen.js").Streak} Streak */
/** @typedef {import("./screen.js").Tasks} Tasks */

/** @param {Analytics} numbers @param {string} span days */
export function togetherBox(numbers, span) {
  const { tasks, points_given: given, points_spent: spent, messages } = numbers.together;
  return h(
    "section",
    { class: "box", testid: "back-together", "data-key": `together-${span}` },
    h("h2", null, _("Together")),
    h("p", { class: "quiet" }, spanWords(numbers)),
    isQuiet(numbers)
      ? h("p", { testid: "back-quiet" }, _("Nothing is written down of these days. That is fine, too."))
      : terms([
          ...ofTasks(tasks),
          given === 0 && spent === 0 ? null : [_("Points given and spent"), _("{given} and {spent}", { given, spent })],
          [_("Messages"), String(messages)],
        ]),
  );
}

/** Which days it is about. @param {Analytics} numbers */
export function spanWords({ from, to }) {
  const noon = (/** @type {string} */ date) => day(`${date}T12:00:00`);
  return from === to ? noon(from) : _("{begins} to {ends}", { begins: noon(from), ends: noon(to) });
}

/** @param {Bond} bond @param {OfMember} member */
export function memberBox(bond, { user_id: id, tasks, moods, points, rules_in_force: rules, messages }) {
  const some = [tasks.done, tasks.still_open, moods.green, moods.yellow, moods.red, points.given, points.spent, points.balance, rules, messages];
  return h(
    "section",
    { class: "box", testid: "back-member", "data-key": `of-${id}` },
    h("h2", null, bond.nameOf(id)),
    some.every((each) => each === 0)
      ? h("p", { class: "quiet" }, _("Nothing of these days."))
      : terms([
          ...(tasks.done + tasks.still_open === 0 ? [] : ofTasks(tasks)),
          moodsOf(moods),
          points.balance === 0 && points.given === 0 ? null : [_("Points"), pointsWord(points.balance)],
          rules === 0 ? null : [_("Rules in force"), String(rules)],
          messages === 0 ? null : [_("Messages"), String(messages)],
        ]),
  );
}

/** @param {Analytics} numbers */
export function aloneBox({ streaks, journal }) {
  return h(
    "section",
    { class: "box", testid: "back-alone" },
    h("h2", null, _("Yours alone")),
    terms([
      streaks.check_ins.longest === 0 ? null : [_("Check-ins in a row"), row(streaks.check_ins, (n) => ngettext("{n} day", "{n} days", n))],
      streaks.on_time.longest === 0 ? null : [_("Tasks in a row by their date"), row(streaks.on_time, (n) => ngettext("{n} task", "{n} tasks", n))],
      [_("Journal entries of yours"), String(journal.own)],
      journal.shared === 0 ? null : [_("Journal entries shared with you"), String(journal.shared)],
    ]),
    h("p", { class: "quiet" }, _("A pause breaks none of it, and what was called off or declined is in no number.")),
  );
}

/** @param {Tasks} tasks @returns {(Term | null)[]} */
function ofTasks({ done, still_open: open, completion_rate: completion, on_time_rate: onTime }) {
  return [
    [_("Tasks done"), String(done)],
    open === 0 ? null : [_("Still open"), String(open)],
    completion === null ? null : [_("Of what was asked, done"), percent(completion)],
    onTime === null ? null : [_("Of what had a date, done by it"), percent(onTime)],
  ];
}

/** @param {Moods} moods @returns {Term | null} */
function moodsOf(moods) {
  const said = /** @type {const} */ (["green", "yellow", "red"]).filter((colour) => moods[colour] > 0);
  if (said.length === 0) return null;
  const words = said.map((colour) => h("span", { class: "mood" }, colourSign(colour), " ", _("{colour} {n}", { colour: colourWord(colour), n: moods[colour] })));
  return [_("How it was"), words];
}

/** @typedef {[string, import("../../ui/dom.js").Child]} Term */

/** @param {readonly (Term | null)[]} lines */
function terms(lines) {
  const shown = lines.filter((line) => line !== null);
  return h(
    "dl",
    { class: "terms" },
    shown.map(([word, value]) => h("div", { "data-key": word }, h("dt", null, word), h("dd", null, value))),
  );
}

/** @param {Streak} streak @param {(n: number) => string} words */
function row({ now, longest }, words) {
  return longest > now ? _("{now} now, {longest} at most", { now: words(now), longest: words(longest) }) : words(now);
}

/** @param {number} number */
export function percent(number) {
  return _("{number} %", { number });
}

/** @param {Analytics} numbers */
function isQuiet({ together, journal, weeks }) {
  const { tasks, moods, points_given: given, points_spent: spent, messages } = together;
  const some = [tasks.done, tasks.still_open, moods.green, moods.yellow, moods.red, given, spent, messages, journal.own, journal.shared];
  return weeks.length === 0 || some.every((each) => each === 0);
}
