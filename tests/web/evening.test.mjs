/** How far the evening is, where a motion is by now, and what waits for whom. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { hourOf } from "../../game_server/web/static/js/room/arc.js";
import { declinedWords, OwnQuestion } from "../../game_server/web/static/js/room/level.js";
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

const seats = { A: { name: "Mara", hosted: false, ready: true }, B: { name: "Jonas", hosted: false, ready: true } };
const asking = { seat: "A", level: "R", seats, proposal: { level: "X", by: "A", until: "", seq: 42 } };
const phone = (...unanswered) => ({ outbox: { has: (t) => unanswered.includes(t) } });

/** What the phone of somebody knows once a question about the level is declined. */
function declined(state, room) {
  const question = new OwnQuestion();
  question.drawn(state);
  question.told({ t: "level_declined" }, room);
  return question;
}

test("whoever asked for more hears a no in kind words, and nobody else does", () => {
  assert.equal(declined(asking, phone()).declined, true);
  assert.equal(declinedWords(asking), "Not now: Jonas would rather stay at Warm. It is good that you asked.");
  assert.equal(declined({ ...asking, seat: "B" }, phone()).declined, false, "one's own no");
  assert.equal(declined(asking, phone("decline_level")).declined, false, "taken back");
  const guest = { ...seats, B: { ...seats.B, hosted: true } };
  assert.equal(declined({ ...asking, seats: guest }, phone()).declined, false, "on one phone both have heard it");
});

test("what was said about a question goes when the game goes on", () => {
  const question = declined(asking, phone());
  question.told({ t: "card_replaced" }, phone());
  assert.equal(question.declined, true);
  question.told({ t: "turn_began" }, phone());
  assert.equal(question.declined, false);
});
