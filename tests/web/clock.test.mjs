import assert from "node:assert/strict";
import { test } from "node:test";

import { clockOf, clockSeconds, spoken } from "../../game_server/web/static/js/room/clock.js";
import { headline } from "../../game_server/web/static/js/room/headline.js";

const START = Date.parse("2030-01-01T00:00:00Z");
const card = (...durations) => ({
  script: { steps: durations.map((duration_s) => ({ actor: "A", do: "Hug.", ...(duration_s ? { duration_s } : {}) })) },
});
const minute = { card: card(null, 60), timer: { turn: 1, until: "2030-01-01T00:01:00Z" } };

test("a card has the clock of the step that names a time, or none", () => {
  assert.equal(clockSeconds(card(null, 90)), 90);
  assert.equal(clockSeconds(card(null)), 0);
  assert.equal(clockOf({ card: card(null), timer: null }, START), null);
  assert.equal(clockOf({ card: null, timer: null }, START), null);
});

test("a clock that nobody has started is full, also where the server knows no clocks", () => {
  const ready = { whole: 60, left: 60, stands: "ready" };
  assert.deepEqual(clockOf({ card: minute.card, timer: null }, START), ready);
  assert.deepEqual(clockOf({ card: minute.card }, START), ready);
});

test("a running clock shows what is left in the server's time, and rests at 0", () => {
  const left = (seconds) => {
    const { left, stands } = clockOf(minute, START + seconds * 1000);
    return [left, stands];
  };
  assert.deepEqual(left(0), [60, "running"]);
  assert.deepEqual(left(0.2), [60, "running"]);
  assert.deepEqual(left(22), [38, "running"]);
  assert.deepEqual(left(59.9), [1, "running"]);
  assert.deepEqual(left(60), [0, "over"]);
  assert.deepEqual(left(4000), [0, "over"]);
});

test("a phone that is behind never shows more than the whole", () => {
  assert.deepEqual(clockOf(minute, START - 5000), { whole: 60, left: 60, stands: "running" });
});

test("a screen reader hears a number each ten seconds, and the end", () => {
  const heard = new Set();
  for (let left = 60; left > 0; left--) heard.add(spoken({ left, stands: "running" }));
  assert.deepEqual(
    [...heard],
    ["1 minute left", ...[50, 40, 30, 20, 10].map((seconds) => `${seconds} seconds left`)],
  );
  assert.equal(spoken({ left: 130, stands: "running" }), "2 minutes 10 seconds left");
  assert.equal(spoken({ left: 0, stands: "over" }), "The time is up.");
  assert.equal(spoken({ left: 60, stands: "ready" }), "");
});

test("that a clock was started or stopped is said, and not by whom", () => {
  assert.equal(headline({ t: "timer_started", turn: 1, until: minute.timer.until }, {}), "The clock runs.");
  assert.equal(headline({ t: "timer_stopped", turn: 1 }, {}), "The clock is stopped.");
});
