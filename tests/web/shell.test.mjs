import assert from "node:assert/strict";
import { test } from "node:test";

import { CORNER_PX, inCorner, twice } from "../../game_server/web/static/js/shell/exit.js";
import { decide } from "../../game_server/web/static/js/shell/update.js";

const still = { waiting: false, taken: false, room: false, elsewhere: false, asked: false, moved: false };
const waits = { ...still, waiting: true };

test("a newer version never comes in the middle of a game, whatever else is true", () => {
  for (const each of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const [asked, moved, taken] = [Boolean(each & 1), Boolean(each & 2), Boolean(each & 4)];
    assert.equal(decide({ ...waits, room: true, asked, moved, taken }), "nothing");
    assert.equal(decide({ ...waits, elsewhere: true, asked, moved }), "nothing");
  }
});

test("it is offered, and taken when the person says so or goes to another screen", () => {
  assert.equal(decide(waits), "offer");
  assert.equal(decide({ ...waits, asked: true }), "take");
  assert.equal(decide({ ...waits, moved: true }), "take");
  assert.equal(decide({ ...still, asked: true, moved: true }), "nothing");
});

test("a page whose newer version another tab has taken loads itself again, not before it may", () => {
  const taken = { ...still, taken: true };
  assert.deepEqual([decide(taken), decide({ ...taken, moved: true }), decide({ ...taken, room: true })], ["offer", "reload", "nothing"]);
});

test("twice means within half a second, and a third time begins anew", () => {
  const again = twice();
  assert.deepEqual([again(0), again(600), again(1000), again(1100), again(1200)], [false, false, true, false, true]);
});

test("the corner is the top right one", () => {
  const points = [[385, 5], [390 - CORNER_PX, CORNER_PX], [10, 10], [385, 200], [300, 10]];
  assert.deepEqual(points.map(([x, y]) => inCorner({ x, y }, 390)), [true, true, false, false, false]);
});
