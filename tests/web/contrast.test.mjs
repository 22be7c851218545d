/** The colours of theme.css against what they stand on, in both themes, also where the ground is lit by a seat or an hour (WCAG 2.2 AA). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = (name) => readFileSync(new URL(`../../game_server/web/static/css/${name}.css`, import.meta.url), "utf8");
const TEXT = 4.5;
const CONTROL = 3;
const LIT = 0.26; // how strongly a seat or an hour colours the ground, at its most: `.light` in room.css

/** Each token's colour in light and in dark. */
const tokens = new Map();
for (const [, name, value] of css("theme").matchAll(/--([\w-]+):\s*([^;]+);/g)) {
  const both = /^light-dark\((#\w{6}),\s*(#\w{6})\)$/.exec(value.trim());
  const one = /^#\w{6}$/.exec(value.trim());
  if (both) tokens.set(name, [both[1], both[2]]);
  else if (one) tokens.set(name, [one[0], one[0]]);
}

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const mixed = (top, share, ground) => {
  const under = channels(ground);
  const parts = channels(top).map((each, at) => Math.round(each * share + under[at] * (1 - share)));
  return `#${parts.map((each) => each.toString(16).padStart(2, "0")).join("")}`;
};
const luminance = (hex) => {
  const [r, g, b] = channels(hex).map((each) => {
    const part = each / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (one, two) => {
  const [low, high] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};

const grounds = ["ground"];
const lit = (name, colours) => {
  tokens.set(name, tokens.get("ground").map((ground, theme) => mixed(colours[theme], LIT, ground)));
  grounds.push(name);
};
for (const seat of ["a", "b"]) lit(`ground lit by seat ${seat}`, tokens.get(`seat-${seat}`));
for (const [, hour, colour] of css("room").matchAll(/\[data-hour="(\w+)"\] \{\s*--hour: (#\w{6});/g)) lit(`ground of ${hour}`, [colour, colour]);

const pairs = (need, table) =>
  table.flatMap(([one, on]) => on.flatMap((each) => ["light", "dark"].map((theme, at) => {
    const got = ratio(tokens.get(one)[at], tokens.get(each)[at]);
    return got >= need ? null : `${one} on ${each}, ${theme}: ${got.toFixed(2)}`;
  }))).filter((each) => each !== null);

test("the four hours and both seats were found", () => assert.equal(grounds.length, 7));

test("every text can be read on whatever it stands on", () => {
  const papers = ["paper", "well", "sheet"];
  const short = pairs(TEXT, [
    ["ink", [...grounds, ...papers, "wash"]],
    ["ink-2", [...grounds, ...papers, "wash"]],
    ["accent", ["ground", "paper", "sheet", "wash"]],
    ["on-accent", ["accent"]],
    ["seat-a", ["paper"]],
    ["seat-b", ["paper"]],
    ["on-seat-a", ["seat-a"]],
    ["on-seat-b", ["seat-b"]],
    ["on-pause", ["pause-fill"]],
    ["on-stop", ["stop-fill"]],
    ["heart", ["paper"]],
  ]);
  assert.deepEqual(short, []);
});

test("every edge and sign of a control stands out from what is beside it", () => {
  const short = pairs(CONTROL, [
    ["edge", ["ground", "paper", "sheet", "well"]], // where the ground is lit, it stands out from the control's own paper
    ["pause", ["well"]],
    ["stop", ["well"]],
    ["accent", ["well", "paper", "hair"]],
    ["heart", ["paper"]],
    ["seat-a", ["ground", "ground lit by seat a"]],
    ["seat-b", ["ground", "ground lit by seat b"]],
  ]);
  assert.deepEqual(short, []);
});
