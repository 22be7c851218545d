/**
 * How far the evening is, as an arc: it warms up, builds, has its high point and its afterglow.
 * @module
 */

import { h, svg } from "../ui/dom.js";
import { leftToday } from "./words.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {"warmup" | "build" | "peak" | "afterglow"} Hour */

/** Up to which part of the evening an hour lasts, as the server's rules have it. @type {readonly [Hour, number][]} */
const HOURS = [
  ["warmup", 0.2],
  ["build", 0.6],
  ["peak", 0.88],
  ["afterglow", 1],
];

/** @type {Readonly<Record<Hour, string>>} */
const NAMES = { warmup: _("Warming up"), build: _("Getting closer"), peak: _("High point"), afterglow: _("Afterglow") };
const FEW_LEFT = 4;
const WIDTH = 342;
const [LEFT, GROUND, HEIGHT] = [8, 36, 28];
const SUMMIT = 2.2; // the high point is at 0.73 of the way
const PIECES = 48;

/** @param {number} step @param {number} target @returns {Hour} */
export function hourOf(step, target) {
  const found = HOURS.find(([, until]) => step <= Math.floor(until * target));
  return found?.[0] ?? "afterglow";
}

/** @param {number} part of the evening, 0 to 1 */
function point(part) {
  const y = GROUND - HEIGHT * Math.sin(Math.PI * part ** SUMMIT);
  return /** @type {const} */ ([(LEFT + WIDTH * part).toFixed(1), y.toFixed(1)]);
}

/** @param {number} part */
function path(part) {
  const points = Array.from({ length: PIECES + 1 }, (_, piece) => point((part * piece) / PIECES).join(" "));
  return `M${points.join(" L")}`;
}

/** @param {RoomState} state */
export function arc(state) {
  const { step, target } = state;
  const part = Math.min(1, Math.max(0, (step - 0.5) / target));
  const [x, y] = point(part);
  const left = fewLeft(state);
  return h(
    "div",
    { class: "arc" },
    svg(
      "svg",
      { viewBox: "0 0 358 44", "aria-hidden": true, "data-key": `${step} of ${target}` },
      svg(
        "linearGradient",
        { id: "evening", gradientUnits: "userSpaceOnUse", x1: 8, x2: 350 },
        svg("stop", { offset: "0", "stop-color": "#e09a3f" }),
        svg("stop", { offset: ".5", "stop-color": "#c04a4a" }),
        svg("stop", { offset: "1", "stop-color": "#7a58b0" }),
      ),
      svg("path", { class: "path", d: path(1) }),
      svg("path", { class: "done", d: path(part) }),
      HOURS.slice(0, -1).map(([, until]) => {
        const [cx, cy] = point(until);
        return svg("circle", { class: part >= until ? "bend past" : "bend", cx, cy, r: 4 });
      }),
      svg("circle", { class: "halo", cx: x, cy: y, r: 11 }),
      svg("circle", { class: "now", cx: x, cy: y, r: 6.5 }),
    ),
    h(
      "p",
      null,
      h("span", null, NAMES[hourOf(step, target)]),
      left === null ? null : h("span", { testid: "remaining" }, left),
      h("span", { testid: "step" }, _("Card {step} of {target}", { step, target })),
    ),
  );
}

/** Said when it is about to matter: the arc counts the evening, not the day. @param {RoomState} state @returns {string | null} */
function fewLeft({ phase, remaining }) {
  const few = typeof remaining === "number" && remaining < FEW_LEFT && phase !== "limit"; // then it is the heading
  return few ? leftToday(remaining) : null;
}
