import assert from "node:assert/strict";
import { test } from "node:test";

import { Fold } from "../../game_server/web/static/js/room/fold.js";
import { event, snapshot } from "./plays.mjs";

test("a phone that knows nothing asks for everything", () => {
  assert.deepEqual(new Fold().position(), { epoch: null, last_seq: 0 });
});

test("an event changes the fields it names and no others", () => {
  const fold = new Fold();
  fold.replace(snapshot(3, { turn: 1, step: 1 }), "e");
  assert.equal(fold.apply(event(4, "turn_began", { turn: 2 })), "applied");
  assert.deepEqual(fold.state, { phase: "card", turn: 2, step: 1 });
  assert.deepEqual(fold.position(), { epoch: "e", last_seq: 4 });
});

test("an event seen before changes nothing", () => {
  const fold = new Fold();
  fold.replace(snapshot(3, { turn: 1 }), "e");
  assert.equal(fold.apply(event(3, "turn_began", { turn: 9 })), "known");
  assert.equal(fold.state.turn, 1);
});

test("an event after a hole is not applied", () => {
  const fold = new Fold();
  fold.replace(snapshot(3, { turn: 1 }), "e");
  assert.equal(fold.apply(event(5, "turn_began", { turn: 9 })), "gap");
  assert.equal(fold.seq, 3);
  assert.equal(fold.state.turn, 1);
});

test("events from the first on fold to the state without any snapshot", () => {
  const fold = new Fold();
  fold.epoch = "e";
  for (const each of [
    event(1, "joined", { phase: "lobby" }),
    event(2, "joined", { turn: 0 }),
    event(3, "started", { phase: "choosing" }),
  ])
    fold.apply(each);
  assert.deepEqual(fold.state, { phase: "choosing", turn: 0 });
});
