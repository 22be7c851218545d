import assert from "node:assert/strict";
import { test } from "node:test";

import { event, live, play, resume, settled, snapshot, welcome } from "./plays.mjs";

const passing = () => Object.assign(new Error("offline"), { again: true });

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

test("being looked at again tests a live line at once, and keeps it until the next one is live", async () => {
  const scene = await live();
  scene.room.socket.hurry();
  await settled();
  assert.equal(scene.sockets.length, 2);
  assert.equal(scene.sockets[0].closed, null);
  assert.equal(scene.room.connection.status, "live");
  await resume(scene, event(8, "completed", { turn: 2 }));
  assert.equal(scene.sockets[0].closed, 1000);
  assert.equal(scene.room.connection.status, "live");
  assert.equal(scene.room.fold.state.turn, 2);
});

test("a line that speaks before the test has said hello needs no test", async () => {
  const scene = await live();
  scene.room.socket.hurry();
  scene.socket().say({ t: "beat", head: 7, now: "2030-01-01T00:00:10Z" });
  await settled();
  assert.equal(scene.sockets.length, 1);
  await scene.timers.pass(10_000);
  assert.equal(scene.room.connection.status, "live");
});

test("a test that finds no way leaves the line, which still brings the other phone's stop", async () => {
  const scene = await live({ ticket: (n) => (n === 1 ? "first" : Promise.reject(passing())) });
  scene.room.socket.hurry();
  await settled();
  assert.equal(scene.room.connection.status, "unsure");
  scene.socket().say({ t: "halt", kind: "stop" });
  assert.equal(scene.room.halted, "stop");
  assert.equal(scene.room.connection.status, "live");
  assert.equal(scene.sockets.length, 1);
});

test("a test that takes long is shown", async () => {
  const scene = await live();
  scene.room.socket.hurry();
  await scene.timers.pass(2000);
  assert.equal(scene.room.connection.status, "unsure");
});

test("an attempt that nobody answers ends, and another follows", async () => {
  const scene = await live();
  scene.socket().cut();
  await scene.timers.pass(250);
  assert.equal(scene.sockets.length, 2);
  await scene.timers.pass(20_000);
  assert.ok(scene.sockets.length > 2);
  assert.ok(scene.sockets.slice(1, -1).every((socket) => socket.closed === 1000));
});

test("a press ends the wait between attempts, and a look an attempt that hangs", async () => {
  const scene = await live({ ticket: (n) => (n < 3 ? "secret" : new Promise(() => {})) });
  scene.socket().cut();
  scene.room.send({ t: "stop" });
  await settled();
  assert.equal(scene.sockets.length, 2);
  scene.socket().cut();
  await scene.timers.pass(500);
  assert.equal(scene.tickets, 3);
  scene.room.socket.hurry();
  assert.equal(scene.tickets, 3, "it has only just begun");
  await scene.timers.pass(2000);
  scene.room.socket.hurry();
  assert.equal(scene.tickets, 4);
});

test("a test of a silent line asks anew beside requests that took connections which died with it", async () => {
  const scene = await live({ ticket: (n) => (n === 1 || n === 4 ? "secret" : new Promise(() => {})) });
  scene.room.send({ t: "stop" });
  await scene.timers.pass(5000);
  assert.equal(scene.tickets, 1);
  await scene.timers.pass(1200);
  assert.equal(scene.tickets, 4);
  assert.equal(scene.sockets.length, 2, "the fourth came through");
  await scene.timers.pass(1000);
  assert.equal(scene.tickets, 4, "and nobody asks on");
});

test("a line that does not take a message any more is left at once", async () => {
  const scene = await live();
  scene.socket().readyState = 2;
  scene.room.send({ t: "stop" });
  await resume(scene);
  assert.deepEqual(scene.socket().heard("stop"), [{ t: "stop", id: "id-1" }]);
});

test("the server closes the tested line for our own next one, and any other newer one stops this tab", async () => {
  const scene = await live();
  scene.room.socket.hurry();
  await settled();
  scene.sockets[0].cut(4409);
  assert.equal(scene.room.connection.status, "connecting");
  await resume(scene);
  assert.equal(scene.room.connection.status, "live");
  scene.socket().cut(4409);
  assert.equal(scene.room.connection.code, 4409);
});

test("no command waits for a silent line: after two resends it goes over another, with the same id", async () => {
  for (const command of [{ t: "stop" }, { t: "pause" }, { t: "complete", on: 7 }, { t: "end" }]) {
    const scene = await live();
    scene.room.send(command);
    await scene.timers.pass(4900);
    assert.equal(scene.sockets.length, 1);
    assert.deepEqual(scene.socket().heard(command.t), Array(3).fill({ ...command, id: "id-1" }));
    await scene.timers.pass(300);
    assert.equal(scene.sockets.length, 2);
    await resume(scene);
    assert.deepEqual(scene.socket().heard(command.t), [{ ...command, id: "id-1" }]);
    assert.equal(scene.sockets[0].readyState, 3);
  }
});

test("a command that the next line swallows too does not wait either", async () => {
  const scene = await live();
  scene.room.send({ t: "stop" });
  await scene.timers.pass(5200);
  await resume(scene);
  await scene.timers.pass(5200);
  assert.equal(scene.sockets.length, 3);
});

test("an answered command leaves the line in peace", async () => {
  const scene = await live();
  scene.room.send({ t: "complete", on: 7 });
  await scene.timers.pass(4000);
  scene.socket().say(event(8, "completed"), { t: "ack", id: "id-1", seq: 8 });
  await scene.timers.pass(10_000);
  assert.equal(scene.sockets.length, 1);
});

test("a press says how it fares after two and after eight seconds, until it is answered", async () => {
  const scene = await live();
  scene.room.send({ t: "stop" });
  assert.equal(scene.room.sending, null);
  const before = scene.drawn;
  await scene.timers.pass(2000);
  assert.equal(scene.room.sending, "sending");
  assert.ok(scene.drawn > before);
  await scene.timers.pass(6000);
  assert.equal(scene.room.sending, "unsent");
  scene.sockets[0].say({ t: "ack", id: "id-1", seq: 7 });
  assert.equal(scene.room.sending, null);
});

test("a command refused because our own next line has the seat goes over that one", async () => {
  const scene = await live();
  scene.room.socket.hurry();
  await settled();
  scene.room.send({ t: "stop" });
  const refused = { t: "refused", id: "id-1", code: "replaced", message: "", head: 7, retryable: false };
  scene.sockets[0].say(refused);
  assert.equal(scene.room.halted, "stop");
  assert.deepEqual(scene.refused, []);
  await resume(scene);
  assert.deepEqual(scene.socket().heard("stop"), [{ t: "stop", id: "id-1" }]);
});

test("what was pressed in a tab that lost its seat does not happen when the seat is taken back, but for a stop", async () => {
  const scene = await live();
  scene.room.send({ t: "end" });
  scene.room.send({ t: "stop" });
  scene.socket().cut(4409);
  scene.room.socket.start();
  await resume(scene);
  assert.deepEqual(scene.socket().sent.slice(1), [{ t: "stop", id: "id-2" }]);
});

test("a phone whose clock is wrong, or stands still while it sleeps, counts by the server's", async () => {
  const scene = await live();
  const told = Date.parse("2030-01-01T00:00:05Z");
  await scene.timers.pass(3000);
  assert.equal(scene.room.now(), told + 3000);
  scene.socket().say({ t: "beat", head: 7, now: "2030-01-01T00:00:06Z" });
  assert.equal(scene.room.now(), told + 3000, "a beat that came late sets nothing back");
  scene.socket().say({ t: "beat", head: 7, now: "2030-01-01T00:10:00Z" });
  assert.equal(scene.room.now(), Date.parse("2030-01-01T00:10:00Z"));
});

test("what begins now does not seem to begin in the future, though the welcome came late", async () => {
  const scene = await live();
  const at = "2030-01-01T00:00:05.400Z"; // the welcome told 00:00:05, and was under way meanwhile
  scene.socket().say({ ...event(8, "level_proposed"), at });
  assert.equal(scene.room.now(), Date.parse(at));
  scene.socket().say(event(9, "level_declined"));
  assert.equal(scene.room.now(), Date.parse(at), "an event that is caught up with sets nothing back");
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

test("a beat that does not come is a reason to test the line", async () => {
  const scene = await live();
  assert.equal(scene.timers.run(), 22_500);
  await settled();
  assert.equal(scene.sockets.length, 2);
  assert.equal(scene.sockets[0].closed, null);
});

test("silence longer than the server's own limit is a dead line", async () => {
  const scene = await live();
  await scene.timers.pass(44_000);
  assert.equal(scene.sockets[0].closed, null);
  await scene.timers.pass(1000);
  assert.equal(scene.sockets[0].closed, 4001);
});

test("a draining server is left at a random moment of its window", async () => {
  const scene = await live();
  scene.socket().say({ t: "draining", reconnect_within_ms: 4000 });
  assert.equal(scene.timers.run(), 0);
  await resume(scene);
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
  await scene.timers.pass(3400);
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

test("a snapshot between a halt and its event shows nothing, nor does one in which names were erased", async () => {
  const scene = await live();
  scene.socket().say({ t: "halt", kind: "pause" }, snapshot(7, { turn: 3 }));
  assert.equal(scene.room.fold.state.turn, 3);
  assert.equal(scene.room.halted, "pause");
  scene.socket().say(snapshot(8, { phase: "paused" }));
  assert.equal(scene.room.halted, null);
});

test("a halt that nothing follows leads to another line, and there to the same command", async () => {
  const scene = await live();
  scene.socket().say({ t: "halt", kind: "pause" });
  await scene.timers.pass(5000);
  await resume(scene);
  assert.deepEqual(scene.socket().heard("pause"), [{ t: "pause", id: "id-1" }]);
  assert.equal(scene.room.halted, "pause");
});

test("an answer is for the very id that was sent", async () => {
  const scene = await live();
  scene.room.send({ t: "complete", on: 7 });
  const [sent] = scene.socket().heard("complete");
  scene.socket().say({ t: "ack", id: "another", seq: 7 });
  assert.equal(scene.room.outbox.has("complete"), true);
  scene.socket().say({ t: "ack", id: sent.id, seq: 7 });
  assert.equal(scene.room.outbox.has("complete"), false);
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
