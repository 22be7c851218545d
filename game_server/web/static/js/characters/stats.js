/**
 * Six strengths of a character: sixty points in all, between 1 and 20 for each. What is not given yet is left, and nothing is ever over.
 * @module
 */

import { radar } from "../profile/radar.js";
import { h } from "../ui/dom.js";
import { _, ngettext } from "../ui/tongue.js";
import { STATS } from "./words.js";

/** @typedef {import("./character.js").Stat} Stat */
/** @typedef {import("./character.js").Stats} Stats */

export const POINTS = 60;
export const LEAST = 1;
export const MOST = 20;
const NAMES = /** @type {readonly Stat[]} */ (Object.keys(STATS));

/** @type {Stats} */
export const EVEN = { dominance: 10, submission: 10, charisma: 10, stamina: 10, creativity: 10, control: 10 };

/** How many points are not given yet. @param {Stats} stats */
export function left(stats) {
  return POINTS - NAMES.reduce((sum, name) => sum + stats[name], 0);
}

/**
 * One of them is set. What it needs comes from what is left; and when nothing is, from the strongest of the others.
 * @param {Stats} stats @param {Stat} name @param {number} wished @returns {Stats}
 */
export function set(stats, name, wished) {
  const fresh = { ...stats, [name]: Math.min(MOST, Math.max(LEAST, Math.round(wished))) };
  while (left(fresh) < 0) {
    const others = NAMES.filter((each) => each !== name && fresh[each] > LEAST);
    const strongest = others.reduce((best, each) => (fresh[each] > fresh[best] ? each : best), /** @type {Stat} */ (others[0]));
    fresh[strongest] -= 1;
  }
  return fresh;
}

/** What is left goes to the weakest, one by one. @param {Stats} stats @returns {Stats} */
export function sharedOut(stats) {
  const fresh = { ...stats };
  while (left(fresh) > 0) {
    const weakest = NAMES.reduce((least, each) => (fresh[each] < fresh[least] ? each : least));
    fresh[weakest] += 1;
  }
  return fresh;
}

/** As sliders had them before. @param {import("../bonds/tools/drafts.js").Typed | null} typed @param {Stats} stats @returns {Stats} */
export function typedStats(typed, stats) {
  return /** @type {Stats} */ (Object.fromEntries(NAMES.map((name) => [name, Number(typed?.[`stat-${name}`]?.[0] ?? stats[name])])));
}

/** @param {number} points */
export function leftWords(points) {
  return points === 0 ? _("All 60 points are given.") : ngettext("{n} point is left to give.", "{n} points are left to give.", points);
}

/** @param {Stats} stats */
export function statsDrawing(stats) {
  return radar(NAMES.map((name) => ({ label: STATS[name].label, value: (stats[name] / MOST) * 100 })));
}

/** @param {Stats} stats @param {(fresh: Stats) => void} changed */
export function statsView(stats, changed) {
  const points = left(stats);
  return h(
    "div",
    { class: "stats", testid: "stats" },
    h("p", { class: "points", "data-left": points > 0, role: "status", testid: "points-left" }, leftWords(points)),
    NAMES.map((name) => slider(name, stats, changed)),
    points === 0
      ? null
      : h("button", { type: "button", testid: "share-out", onclick: () => changed(sharedOut(stats)) }, _("Share out what is left")),
  );
}

/** @param {Stat} name @param {Stats} stats @param {(fresh: Stats) => void} changed */
function slider(name, stats, changed) {
  const { label, hint } = STATS[name];
  const value = stats[name];
  const moved = (/** @type {Event} */ { target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    const fresh = set(stats, name, Number(input.value));
    input.value = String(fresh[name]);
    changed(fresh);
  };
  return h(
    "div",
    { class: "stat", "data-key": name },
    h("label", { for: `stat-${name}` }, label, " ", h("small", null, hint)),
    h("output", { for: `stat-${name}`, "aria-hidden": true }, String(value)),
    h("input", {
      type: "range",
      id: `stat-${name}`,
      name: `stat-${name}`,
      testid: `stat-${name}`,
      min: LEAST,
      max: MOST,
      step: 1,
      value: String(value),
      "aria-valuetext": _("{n} of {most}", { n: value, most: MOST }),
      oninput: moved,
    }),
  );
}
