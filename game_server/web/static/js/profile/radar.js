/**
 * The five domains as a drawing: where its points lie, and the drawing itself.
 * @module
 */

import { svg } from "../ui/dom.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{label: string, value: number}} Ray a value of 0 to 100 */

const WIDTH = 410;
const HEIGHT = 286;
const CENTRE = { x: WIDTH / 2, y: 154 };
const RADIUS = 108;
const RINGS = [25, 50, 75, 100];
const LABEL_AT = 112; // percent of the radius

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
    .map((value, index) => pointOf(index, values.length, Math.min(100, Math.max(0, value))))
    .map(({ x, y }) => `${x},${y}`)
    .join(" ");
}

/** On which side of its point a label stands. @param {Point} point @param {Point} [centre] */
export function anchorOf({ x }, centre = CENTRE) {
  if (Math.abs(x - centre.x) < 1) return "middle";
  return x > centre.x ? "start" : "end";
}

/** @param {readonly Ray[]} rays */
export function radar(rays) {
  const words = rays.map(({ label, value }) => `${label} ${value}`).join(", ");
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
    RINGS.map((ring) => svg("polygon", { class: "ring", points: outline(rays.map(() => ring)) })),
    rays.map((_, index) => spoke(index, rays.length)),
    svg("polygon", { class: "shape", points: outline(rays.map(({ value }) => value)) }),
    rays.map(({ value }, index) => dot(pointOf(index, rays.length, value))),
    rays.map((ray, index) => label(ray, pointOf(index, rays.length, LABEL_AT))),
  );
}

/** @param {number} index @param {number} count */
function spoke(index, count) {
  const { x, y } = pointOf(index, count, 100);
  return svg("line", { class: "ring", x1: CENTRE.x, y1: CENTRE.y, x2: x, y2: y });
}

/** @param {Point} point */
function dot({ x, y }) {
  return svg("circle", { class: "point", cx: x, cy: y, r: 4 });
}

/** @param {Ray} ray @param {Point} point */
function label({ label: text, value }, point) {
  const place = { x: point.x, "text-anchor": anchorOf(point) };
  return [
    svg("text", { ...place, y: tidy(point.y - 8) }, text),
    svg("text", { ...place, y: tidy(point.y + 11), class: "value" }, value),
  ];
}

/** @param {number} value */
function tidy(value) {
  return Math.round(value * 10) / 10;
}
