import assert from "node:assert/strict";
import { test } from "node:test";

import { Hands } from "../../game_server/web/static/js/room/hands.js";

const hosted = (more) => ({
  seat: "A", phase: "choosing", active: "A",
  seats: { A: { name: "Mara", hosted: false, ready: true }, B: { name: "Jonas", hosted: true, ready: true } },
  ...more,
});

test("a phone of one's own is never handed over", () => {
  const state = hosted({ active: "B" });
  state.seats.B.hosted = false;
  assert.equal(new Hands().wanted(state, null), null);
  assert.equal(new Hands().hostReads(state), true);
});

test("whoever's turn it is takes the phone, after each turn and after a reload", () => {
  const hands = new Hands();
  assert.equal(hands.wanted(hosted(), null), "A"); // nobody has said so since the page was opened
  hands.take(hosted(), "A");
  assert.equal(hands.wanted(hosted(), null), null);
  assert.equal(hands.wanted(hosted({ phase: "card", active: "B" }), null), "B");
  hands.take(hosted(), "B");
  assert.equal(hands.wanted(hosted({ active: "B" }), null), null);
  assert.equal(hands.wanted(hosted({ active: "A" }), null), "A");
});

test("the guest is asked whether they are an adult once, and nobody says it for them", () => {
  const hands = new Hands();
  hands.seat = "B";
  assert.equal(hands.wanted(hosted({ active: "B" }), null), "B");
  hands.take(hosted(), "A");
  assert.equal(hands.adult, false);
  hands.take(hosted(), "B");
  hands.put();
  assert.equal(hands.adult, true);
});

test("before the game it is the guest who says that it begins", () => {
  const hands = new Hands();
  const lobby = hosted({ phase: "lobby", active: null });
  assert.equal(hands.wanted(lobby, null), null);
  assert.equal(hands.hostReads(lobby), true);
  hands.offered = true;
  assert.equal(hands.wanted(lobby, null), "B");
  assert.equal(hands.hostReads(lobby), false);
});

test("a question is answered by whom it is for", () => {
  const hands = new Hands();
  hands.take(hosted(), "B");
  hands.take(hosted(), "A");
  assert.equal(hands.wanted(hosted(), "B"), "B");
  assert.equal(hands.speaker(hosted()), "A");
  hands.take(hosted(), "B");
  assert.equal(hands.speaker(hosted()), "B");
});

test("halted, the phone lies between the two, and what only the host may read is not shown", () => {
  const hands = new Hands();
  hands.take(hosted(), "A");
  hands.put();
  assert.equal(hands.wanted(hosted({ phase: "paused" }), null), null);
  assert.equal(hands.hostReads(hosted({ phase: "paused" })), false);
  assert.equal(hands.wanted(hosted({ phase: "card" }), null), "A");
  assert.equal(hands.hostReads(hosted({ phase: "ended" })), true);
  hands.owner = true; // until they close what they look at
  assert.equal(hands.hostReads(hosted({ phase: "paused" })), true);
});
