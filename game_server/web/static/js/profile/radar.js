/**
 * What draws somebody as a drawing: where its points lie, and the drawing itself. Only what was answered has a ray.
 * @module
 */

import { h, svg } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";
import { dotsOf, dotted } from "./dots.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{label: string, value: number}} Ray a value of 0 to 100 */

const WIDTH = 420;
const HEIGHT = 290;
const CENTRE = { x: WIDTH / 2, y: 150 };
const RADIUS = 100;
const RINGS = [25, 50, 75, 100];
const LABEL_AT = 113; // percent of the radius
const LEAST_RAYS = 3; // two of them have no area

/**
 * Where a value of a ray lies: the first ray points up, the others follow clockwise.
 * @param {number} index
 * @param {number} count
 * @param {number} value percent of the radius
 * @param {Point} [centre]
 * @param {number} [radius]
 * @returns {Point}
 */
export function pointOf(index, count, value, centre = CENTRE, radius = RADIUS) {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2;
  const reach = (radius * value) / 100;
  return { x: tidy(centre.x + reach * Math.cos(angle)), y: tidy(centre.y + reach * Math.sin(angle)) };
}

/** @param {readonly number[]} values @returns {string} the points of a polygon */
export function outline(values) {
  return values
    .map((value, index) => pointOf(index, values.length, within(value)))
    .map(({ x, y }) => `${x},${y}`)
    .join(" ");
}

/** On which side of its point a label stands. @param {Point} point @param {Point} [centre] */
export function anchorOf({ x }, centre = CENTRE) {
  if (Math.abs(x - centre.x) < 1) return "middle";
  return x > centre.x ? "start" : "end";
}

/** @param {readonly Ray[]} rays @returns {string} the drawing, read aloud */
export function radarWords(rays) {
  return rays.map(({ label, value }) => _("{label} {value} of 100", { label, value })).join(", ");
}

/** @param {readonly Ray[]} rays those that were answered; too few for a shape are lines of dots */
export function radar(rays) {
  return rays.length < LEAST_RAYS ? lines(rays) : drawing(rays);
}

/** @param {readonly Ray[]} rays */
function lines(rays) {
  return h(
    "ul",
    { class: "rows", testid: "radar" },
    rays.map(({ label, value }) => dotted(label, dotsOf(value))),
  );
}

/** @param {readonly Ray[]} rays */
function drawing(rays) {
  const words = radarWords(rays);
  return svg(
    "svg",
    {
      class: "radar",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": words,
      "data-key": words,
      "data-testid": "radar",
    },
    RINGS.map((ring) => svg("circle", { class: "ring", cx: CENTRE.x, cy: CENTRE.y, r: (RADIUS * ring) / 100 })),
    rays.map((_each, index) => spoke(index, rays.length)),
    svg("polygon", { class: "shape", points: outline(rays.map(({ value }) => value)) }),
    rays.map(({ value }, index) => dot(pointOf(index, rays.length, within(value)))),
    rays.map(({ label }, index) => name(label, pointOf(index, rays.length, LABEL_AT))),
  );
}

/** @param {number} index @param {number} count */
function spoke(index, count) {
  const { x, y } = pointOf(index, count, 100);
  return svg("line", { class: "ring", x1: CENTRE.x, y1: CENTRE.y, x2: x, y2: y });
}

/** @param {Point} point */
function dot({ x, y }) {
  return svg("circle", { class: "point", cx: x, cy: y, r: 5 });
}

/** @param {string} label @param {Point} point */
function name(label, point) {
  return svg("text", { x: point.x, y: tidy(point.y + 5), "text-anchor": anchorOf(point) }, label);
}

/** @param {number} value */
function within(value) {
  return Math.min(100, Math.max(0, value));
}

/** @param {number} value */
function tidy(value) {
  return Math.round(value * 10) / 10;
}
