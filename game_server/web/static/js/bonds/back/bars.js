/**
 * Bars of weeks or months. Each drawing has its numbers in a table below: nothing is told by a drawing alone.
 * @module
 */

import { h, svg } from "../../ui/dom.js";
import { day } from "../../ui/time.js";
import { _, locale } from "../../ui/tongue.js";
import { colourWord } from "../checkin.js";

/** @typedef {import("./screen.js").Stretch} Stretch */
/** @typedef {{name: string, word: string, of: (stretch: Stretch) => number}} Part */

const WIDTH = 360;
const HEIGHT = 170;
const LEFT = 34;
const RIGHT = WIDTH - 14; // so that the last label has room
const TOP = 12;
const LOW = HEIGHT - 30;
const WIDEST = 40;
const MOST_LABELS = 4;
const STEPS = [1, 2, 3, 4, 5, 6, 8, 10];

/** @type {readonly {testid: string, title: string, parts: readonly Part[]}[]} */
const CHARTS = [
  { testid: "bars-tasks", title: _("Tasks done"), parts: [{ name: "done", word: _("Tasks done"), of: ({ tasks }) => tasks.done }] },
  {
    testid: "bars-moods",
    title: _("How you were"),
    parts: [
      { name: "green", word: colourWord("green"), of: ({ moods }) => moods.green },
      { name: "yellow", word: colourWord("yellow"), of: ({ moods }) => moods.yellow },
      { name: "red", word: colourWord("red"), of: ({ moods }) => moods.red },
    ],
  },
  {
    testid: "bars-points",
    title: _("Points given and spent"),
    parts: [
      { name: "given", word: _("Given"), of: ({ points_given: given }) => Math.max(0, given) },
      { name: "spent", word: _("Spent"), of: ({ points_spent: spent }) => Math.max(0, spent) },
    ],
  },
];

/** Those that have something to show. @param {readonly Stretch[]} stretches oldest first @param {boolean} byMonth */
export function barsOf(stretches, byMonth) {
  return CHARTS.filter(({ parts }) => stretches.some((each) => parts.some(({ of }) => of(each) > 0))).map(({ testid, title, parts }) =>
    h(
      "figure",
      { class: "box bars", testid },
      h("figcaption", null, h("h2", null, title), h("p", { class: "quiet" }, byMonth ? _("Month by month") : _("Week by week"))),
      drawing(title, stretches, parts, byMonth),
      parts.length < 2 ? null : legend(parts),
      h("details", null, h("summary", null, _("As numbers")), table(stretches, parts, byMonth)),
    ),
  );
}

/** The number at the top: round, and not below the highest bar. @param {number} most @returns {number} */
export function roundTop(most) {
  let step = 1;
  while (step * 10 < most) step *= 10;
  return step * (STEPS.find((each) => each * step >= most) ?? 10);
}

/** @param {string} title @param {readonly Stretch[]} stretches @param {readonly Part[]} parts @param {boolean} byMonth */
function drawing(title, stretches, parts, byMonth) {
  const most = roundTop(Math.max(...stretches.map((each) => parts.reduce((sum, { of }) => sum + of(each), 0))));
  const numbers = stretches.map((each) => parts.map(({ of }) => of(each)));
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title, "data-key": JSON.stringify([title, numbers]) },
    [TOP, LOW].map((y) => svg("line", { x1: LEFT, x2: RIGHT, y1: y, y2: y })),
    svg("text", { x: LEFT - 8, y: TOP + 5, "text-anchor": "end" }, String(most)),
    svg("text", { x: LEFT - 8, y: LOW + 5, "text-anchor": "end" }, "0"),
    numbers.map((each, place) => bar(each, place, stretches.length, most, parts)),
    labels(stretches, byMonth),
  );
}

/** @param {readonly number[]} numbers @param {number} place @param {number} many @param {number} most @param {readonly Part[]} parts */
function bar(numbers, place, many, most, parts) {
  const room = (RIGHT - LEFT) / many;
  const width = Math.min(WIDEST, room * 0.7);
  const x = tidy(LEFT + room * (place + 0.5) - width / 2);
  let y = LOW;
  return numbers.map((number, which) => {
    if (number === 0) return null;
    const height = (number / most) * (LOW - TOP);
    y -= height;
    return svg("rect", { "data-part": parts[which]?.name, x, y: tidy(y), width: tidy(width), height: tidy(height) });
  });
}

/** A few of them, so that none lies over another. @param {readonly Stretch[]} stretches @param {boolean} byMonth */
function labels(stretches, byMonth) {
  const every = Math.ceil(stretches.length / MOST_LABELS);
  const room = (RIGHT - LEFT) / stretches.length;
  return stretches.map((each, place) =>
    place % every === 0 ? svg("text", { x: tidy(LEFT + room * (place + 0.5)), y: HEIGHT - 8, "text-anchor": "middle" }, short(each.begins, byMonth)) : null,
  );
}

/** @param {readonly Part[]} parts */
function legend(parts) {
  return h(
    "ul",
    { class: "legend" },
    parts.map(({ name, word }) => h("li", { "data-key": name }, h("i", { class: "swatch", "data-part": name, "aria-hidden": true }), word)),
  );
}

/** @param {readonly Stretch[]} stretches @param {readonly Part[]} parts @param {boolean} byMonth */
function table(stretches, parts, byMonth) {
  const some = stretches.filter((each) => parts.some(({ of }) => of(each) > 0));
  return h(
    "table",
    null,
    h("thead", null, h("tr", null, h("th", { scope: "col" }, byMonth ? _("Month") : _("Week from")), parts.map(({ word }) => h("th", { scope: "col" }, word)))),
    h(
      "tbody",
      null,
      some.map((each) =>
        h("tr", { "data-key": each.begins }, h("th", { scope: "row" }, long(each.begins, byMonth)), parts.map(({ of }) => h("td", null, String(of(each))))),
      ),
    ),
  );
}

/** @param {string} date @param {boolean} byMonth */
function short(date, byMonth) {
  const options = byMonth ? /** @type {const} */ ({ month: "short" }) : /** @type {const} */ ({ day: "numeric", month: "short" });
  return new Date(`${date}T12:00:00`).toLocaleDateString(locale(), options);
}

/** @param {string} date @param {boolean} byMonth */
function long(date, byMonth) {
  if (!byMonth) return day(`${date}T12:00:00`);
  return new Date(`${date}T12:00:00`).toLocaleDateString(locale(), { month: "long", year: "numeric" });
}

/** @param {number} value */
function tidy(value) {
  return Math.round(value * 10) / 10;
}
