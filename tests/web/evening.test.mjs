/** How far the evening is, where a motion is by now, and what waits for whom. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { hourOf } from "../../game_server/web/static/js/room/arc.js";
import { thought } from "../../game_server/web/static/js/room/thoughts.js";
import { counted } from "../../game_server/web/static/js/room/words.js";
import { withAnswer } from "../../game_server/web/static/js/account/boundaries.js";
import { entry, LEAD_MS } from "../../game_server/web/static/js/ui/motion.js";

test("the hours are the phases that the rules draw by", () => {
  const hours = (target) => Array.from({ length: target }, (_, at) => hourOf(at + 1, target));
  const count = (hour) => hours(25).filter((each) => each === hour).length;
  assert.deepEqual(["warmup", "build", "peak", "afterglow"].map(count), [5, 10, 7, 3]);
  assert.deepEqual(hours(5), ["warmup", "build", "build", "peak", "afterglow"]);
});

test("a motion begins a moment after its event on both phones, and whoever hears late enters it where it is", () => {
  assert.equal(entry(1000, 1000), -LEAD_MS);
  assert.equal(entry(1000, 1000 + LEAD_MS + 100), 100);
});

test("who waits gets another thought each turn, with the partner's name", () => {
  assert.notEqual(thought(1, "Mara"), thought(2, "Mara"));
  for (let turn = 0; turn < 40; turn++) assert.doesNotMatch(thought(turn, "Mara"), /[{}]|undefined/);
});

test("an evening is counted in words while it is short", () => {
  assert.equal(counted(1, "card"), "One card");
  assert.equal(counted(10, "card"), "Ten cards");
  assert.equal(counted(25, "card"), "25 cards");
});

test("one answer replaces the one before and leaves the others", () => {
  const before = { hard_limits: ["a"], soft_limits: ["b"], maybe_items: ["c"] };
  assert.deepEqual(withAnswer(before, "b", "hard"), { hard_limits: ["a", "b"], soft_limits: [], maybe_items: ["c"] });
  assert.deepEqual(withAnswer(before, "a", "fine"), { hard_limits: [], soft_limits: ["b"], maybe_items: ["c"] });
});
