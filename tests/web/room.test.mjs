import assert from "node:assert/strict";
import { test } from "node:test";

import { event, live, play, resume, settled, snapshot, welcome } from "./plays.mjs";

test("the ticket travels as a subprotocol and hello says what is known", async () => {
  const scene = await live();
  assert.deepEqual(scene.socket().protocols, ["attuned.v1", "ticket.secret-1"]);
  assert.deepEqual(scene.socket().sent[0], { t: "hello", epoch: null, last_seq: 0 });
  assert.equal(scene.room.connection.status, "live");
  assert.equal(scene.room.now(), Date.parse("2030-01-01T00:00:05Z"));
});

test("after a cut the room is resumed with a new ticket from the last seq", async () => {
  const scene = await live();
  scene.socket().say(event(8, "completed", { turn: 2 }));
  scene.socket().cut();
  assert.equal(scene.room.connection.status, "waiting");
  assert.equal(scene.timers.run(), 250);
  await settled();
  scene.socket().onopen();
  assert.deepEqual(scene.socket().protocols, ["attuned.v1", "ticket.secret-2"]);
  assert.deepEqual(scene.socket().sent[0], { t: "hello", epoch: "first", last_seq: 8 });
  assert.equal(scene.room.fold.state.turn, 2);
});

test("each failed attempt waits longer, up to half a minute", async () => {
  const scene = play({ ticket: () => Promise.reject(Object.assign(new Error("offline"), { again: true })) });
  scene.room.socket.start();
  const waits = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    await settled();
    waits.push(scene.timers.run());
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 15000, 15000]);
});

test("being looked at again ends the wait", async () => {
  const scene = await live();
  scene.socket().cut();
  scene.room.socket.hurry();
  await settled();
  assert.equal(scene.sockets.length, 2);
});

test("a line that slept with the phone is not trusted when somebody looks again", async () => {
  const scene = await live();
  scene.room.socket.hurry();
  assert.equal(scene.sockets.length, 1);
  scene.now += 31_000;
  scene.room.socket.hurry();
  await settled();
  assert.equal(scene.sockets.length, 2);
  assert.equal(scene.sockets[0].readyState, 3);
});

test("what cannot succeed stops: the room of others, a newer tab, a page too old", async () => {
  for (const code of [1003, 1008, 1009, 4403, 4409, 4410, 4426]) {
    const scene = await live();
    scene.socket().cut(code);
    await settled();
    assert.deepEqual(scene.room.connection, { status: "stopped", code, reason: null });
    assert.equal(scene.sockets.length, 1);
  }
});

test("what passes is waited for", async () => {
  for (const code of [1001, 1006, 1012, 1013, 4001, 4008, 4999]) {
    const scene = await live();
    scene.socket().cut(code);
    assert.equal(scene.room.connection.status, "waiting", `code ${code}`);
  }
});

test("a refused ticket is replaced once", async () => {
  const scene = await live();
  scene.socket().cut(4401);
  await settled();
  assert.equal(scene.sockets.length, 2);
  scene.socket().cut(4401);
  await settled();
  assert.equal(scene.sockets.length, 2);
  assert.equal(scene.room.connection.code, 4401);
});

test("a refused request for a ticket stops and says why", async () => {
  const scene = play({ ticket: () => Promise.reject(new Error("not_found")) });
  scene.room.socket.start();
  await settled();
  assert.deepEqual(scene.room.connection, { status: "stopped", code: null, reason: "not_found" });
});

test("a beat is answered with the last seq", async () => {
  const scene = await live();
  scene.socket().say({ t: "beat", head: 9, now: "2030-01-01T00:00:10Z" });
  assert.deepEqual(scene.socket().sent.at(-1), { t: "beat", seq: 7 });
});

test("silence longer than the server's own limit is a dead line", async () => {
  const scene = await live();
  assert.equal(scene.timers.run(), 45000);
  assert.equal(scene.sockets[0].closed, 4001);
  await settled();
  assert.equal(scene.sockets.length, 2);
});

test("a draining server is left at a random moment of its window", async () => {
  const scene = await live();
  scene.socket().say({ t: "draining", reconnect_within_ms: 4000 });
  assert.equal(scene.timers.run(), 0);
  await settled();
  assert.equal(scene.sockets.length, 2);
  assert.equal(scene.sockets[0].readyState, 3);
});

test("a hole in the events leads to a resume", async () => {
  const scene = await live();
  scene.socket().say(event(9, "completed"));
  await settled();
  scene.socket().onopen();
  assert.deepEqual(scene.socket().sent[0], { t: "hello", epoch: "first", last_seq: 7 });
});

test("unanswered commands are sent again with their ids, pause and stop first", async () => {
  const scene = await live();
  scene.socket().cut();
  scene.room.send({ t: "complete", on: 7 });
  scene.room.send({ t: "propose_level", level: "X" });
  scene.room.send({ t: "pause" });
  scene.room.socket.hurry();
  await resume(scene);
  assert.deepEqual(scene.socket().sent.slice(1), [
    { t: "pause", id: "id-3" },
    { t: "complete", on: 7, id: "id-1" },
    { t: "propose_level", level: "X", id: "id-2" },
  ]);
});

test("an answered command is not sent again", async () => {
  const scene = await live();
  scene.room.send({ t: "complete", on: 7 });
  scene.socket().say(event(8, "completed"), { t: "ack", id: "id-1", seq: 8 });
  scene.socket().cut();
  scene.room.socket.hurry();
  await resume(scene);
  assert.deepEqual(scene.socket().heard("complete"), []);
});

test("a refusal for the moment is tried again with the same id, any other is said", async () => {
  const scene = await live();
  scene.room.send({ t: "complete", on: 7 });
  scene.socket().say({ t: "refused", id: "id-1", code: "busy", message: "", head: 7, retryable: true });
  scene.timers.run();
  assert.deepEqual(
    scene
      .socket()
      .heard("complete")
      .map((each) => each.id),
    ["id-1", "id-1"],
  );
  scene.socket().say({ t: "refused", id: "id-1", code: "stale", message: "", head: 8, retryable: false });
  assert.deepEqual(scene.refused, ["stale"]);
  assert.equal(scene.room.outbox.has("complete"), false);
});

test("pressing pause hides the card before anybody answers", async () => {
  const scene = await live();
  scene.socket().cut();
  scene.room.send({ t: "pause" });
  assert.equal(scene.room.halted, "pause");
});

test("a pause is sent until it is answered", async () => {
  const scene = await live();
  scene.room.send({ t: "pause" });
  scene.timers.run();
  scene.timers.run();
  assert.deepEqual(
    scene
      .socket()
      .heard("pause")
      .map((each) => each.id),
    ["id-1", "id-1", "id-1"],
  );
  scene
    .socket()
    .say({ t: "halt", kind: "pause" }, event(8, "paused", { phase: "paused" }), { t: "ack", id: "id-1", seq: 8 });
  assert.equal(scene.room.halted, null);
  assert.equal(scene.room.fold.state.phase, "paused");
});

test("the other phone's halt hides the card until the log says so", async () => {
  const scene = await live();
  scene.socket().say({ t: "halt", kind: "stop" });
  assert.equal(scene.room.halted, "stop");
  scene.socket().say(event(8, "card_withdrawn", { card: null }));
  assert.equal(scene.room.halted, "stop");
  scene.socket().say(event(9, "stopped", { phase: "stopped" }));
  assert.equal(scene.room.halted, null);
});

test("a pause does not settle a stop", async () => {
  const scene = await live();
  scene.socket().say({ t: "halt", kind: "stop" }, event(8, "paused", { phase: "paused" }));
  assert.equal(scene.room.halted, "stop");
});

test("a halt whose event never came is asked for by this phone itself", async () => {
  const scene = await live();
  scene.socket().say({ t: "halt", kind: "stop" });
  scene.socket().cut();
  scene.room.socket.hurry();
  await resume(scene);
  assert.deepEqual(scene.socket().heard("stop"), [{ t: "stop", id: "id-1" }]);
  assert.equal(scene.room.halted, "stop");
});

test("a halt whose event was caught up with is not asked for again", async () => {
  const scene = await live();
  scene.socket().say({ t: "halt", kind: "pause" });
  scene.socket().cut();
  scene.room.socket.hurry();
  await resume(scene, event(8, "paused", { phase: "paused" }));
  assert.deepEqual(scene.socket().heard("pause"), []);
  assert.equal(scene.room.halted, null);
});

test("after the end a late word about a card opens the door once more", async () => {
  const scene = await live();
  scene.socket().say(event(8, "ended", { phase: "ended" }));
  scene.socket().cut(4410);
  scene.room.send({ t: "feedback", turn: 1, feedback: "like", executed: true });
  await settled();
  scene.socket().onopen();
  scene.socket().say(welcome("closed", 8), snapshot(8, { phase: "ended" }), { t: "live" });
  assert.equal(scene.socket().heard("feedback").length, 1);
});

test("presence is only what this connection was told", async () => {
  const scene = await live();
  scene.socket().say({ t: "presence", seat: "B", status: "away", until: null });
  assert.deepEqual(scene.room.presence, { B: "away" });
  scene.socket().cut();
  assert.deepEqual(scene.room.presence, {});
});
