/** Characters: sixty points that are never over, an answer that comes piece by piece and is read by sentences, and what steps out of the play. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../game_server/web/static/js/api.js";
import { picturesOf, pathOf } from "../../game_server/web/static/js/characters/character.js";
import { EVEN, left, set, sharedOut } from "../../game_server/web/static/js/characters/stats.js";
import { asMade } from "../../game_server/web/static/js/characters/steps.js";
import { wholeSentences } from "../../game_server/web/static/js/characters/talk/aloud.js";
import { safetyOf } from "../../game_server/web/static/js/characters/talk/safety.js";
import { Talk } from "../../game_server/web/static/js/characters/talk/talk.js";
import { pieces } from "../../game_server/web/static/js/characters/talk/stream.js";
import { parse } from "../../game_server/web/static/js/router.js";

test("whatever is moved, what is given and what is left are sixty, and each is between 1 and 20", () => {
  let stats = EVEN;
  const names = Object.keys(EVEN);
  for (let step = 0; step < 400; step++) {
    stats = set(stats, names[step % 6], ((step * 7919) % 23) - 1);
    assert.equal(left(stats) + Object.values(stats).reduce((sum, each) => sum + each, 0), 60);
    assert.ok(left(stats) >= 0);
    assert.ok(Object.values(stats).every((each) => each >= 1 && each <= 20));
  }
  assert.equal(left(sharedOut(stats)), 0);
});

test("what one strength needs comes from what is left, then from the strongest of the others", () => {
  const lowered = set(EVEN, "control", 4);
  assert.equal(left(lowered), 6);
  assert.deepEqual(set(lowered, "charisma", 16), { ...EVEN, control: 4, charisma: 16 });
  const risen = set({ ...EVEN, stamina: 12, control: 8 }, "charisma", 12);
  assert.deepEqual(risen, { ...EVEN, stamina: 10, control: 8, charisma: 12 });
});

test("what is left is shared out to the weakest", () => {
  assert.deepEqual(sharedOut({ ...EVEN, control: 2, stamina: 6 }), { ...EVEN, control: 10, stamina: 10 });
  assert.deepEqual(sharedOut({ ...EVEN, dominance: 14, control: 2, stamina: 6 }), { ...EVEN, dominance: 14, control: 8, stamina: 8 });
});

test("an answer is read however it is cut, and what is no event is passed over", async () => {
  const sent = ': still here\n\nid: a:1\ndata: {"text":"Gué"}\n\ndata: {"text":" ok"}\r\n\r\ndata: nonsense\n\ndata: {"done":true,"conversation_id":"c"}\n\n';
  const bytes = new TextEncoder().encode(sent);
  for (const size of [1, 3, 7, bytes.length]) {
    const body = new ReadableStream({
      start(line) {
        for (let at = 0; at < bytes.length; at += size) line.enqueue(bytes.slice(at, at + size));
        line.close();
      },
    });
    const heard = [];
    for await (const piece of pieces(body)) heard.push(piece);
    assert.deepEqual(heard, [{ text: "Gué" }, { text: " ok" }, { done: true, conversation_id: "c" }]);
  }
});

test("a text that grows is read by whole sentences, and its end when it is over", () => {
  const first = wholeSentences("Sit down. Shoes o", 0, false, "en");
  assert.deepEqual(first.sentences, ["Sit down."]);
  const second = wholeSentences("Sit down. Shoes off. And", first.to, false, "en");
  assert.deepEqual(second.sentences, ["Shoes off."]);
  assert.deepEqual(wholeSentences("Sit down. Shoes off. And then", second.to, true, "en").sentences, ["And then"]);
});

test("what steps out of the play is our words, one's own card, and numbers to dial", () => {
  assert.deepEqual(safetyOf("We stop here.\nYellow\nRed: now\nSamaritans: 116 123 (UK, Ireland)"), {
    text: "We stop here.",
    card: ["Yellow", "Red: now"],
    helpers: [{ name: "Samaritans", number: "116 123", where: "UK, Ireland" }],
  });
});

test("what somebody emptied of a sketch stays empty", () => {
  const presets = [{ id: "p", preset_key: "p", name: "Mira", role: "switch", stats: EVEN, config: { archetype: "calm", personality_traits: ["exact"] } }];
  const kept = { preset_id: "p", archetype: "calm", personality_traits: ["exact"] };
  assert.equal(asMade(kept, presets).preset_id, "p");
  assert.equal(asMade({ ...kept, archetype: null }, presets).preset_id, null);
  assert.equal(asMade({ ...kept, personality_traits: [] }, presets).preset_id, null);
});

test("addresses of characters, and the files of their pictures", () => {
  const at = (pathname) => parse({ pathname, hash: "" });
  assert.deepEqual(at("/characters"), { name: "characters" });
  assert.deepEqual(at("/characters/new"), { name: "newCharacter" });
  assert.deepEqual(at(pathOf("a/b", "talk", "c")), { name: "character", id: "a/b", part: "talk", row: "c" });
  assert.deepEqual(picturesOf({ avatar_urls: ["/api/files/one", "two"] }), ["one", "two"]);
});

/** A server with one talk, "c" with the character "k", as a test sets it; `tell` is what comes over the line. */
function server() {
  /** @type {ReadableStreamDefaultController} */
  let line;
  const house = {
    talks: [],
    items: [],
    talk: { version: 1, answering: null },
    stopped: 0,
    tell: (piece) => line.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(piece)}\n\n`)),
    api: {
      get: async (path) => (path.startsWith("/api/conversations?") ? { items: house.talks } : path.includes("/messages") ? { items: [...house.items].reverse(), next_cursor: null } : house.talk),
      delete: async () => void house.stopped++,
      stream: async () => new Response(new ReadableStream({ start: (opened) => void (line = opened) })),
    },
  };
  return house;
}
const said = (id, role, content, status) => ({ id, role, content, status, created_at: "2026-11-30T20:00:00Z" });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("what is asked on another phone is heard on this one as it comes", async () => {
  const house = server();
  const talk = new Talk(house.api, "k", "c", () => {});
  await talk.load();
  await talk.catchUp();
  assert.equal(talk.busy, false);
  house.talk = { version: 2, answering: "2" };
  house.items = [said("1", "user", "Hello.", "done"), said("2", "assistant", null, "streaming")];
  await talk.catchUp();
  assert.equal(talk.busy, true);
  await settled();
  house.tell({ text: "Good evening." });
  await settled();
  assert.equal(talk.coming.text, "Good evening.");
  house.items = [house.items[0], said("2", "assistant", "Good evening.", "done")];
  house.tell({ done: true, conversation_id: "c" });
  await settled();
  assert.equal(talk.busy, false);
  assert.deepEqual(talk.messages.map(({ content }) => content), ["Hello.", "Good evening."]);
});

test("an answer that is stopped before its talk is known is stopped as soon as it is", async () => {
  const house = server();
  const talk = new Talk(house.api, "k", null, () => {});
  await talk.load();
  void talk.say("Hello.", []);
  await settled();
  await talk.stop();
  assert.equal(house.stopped, 0);
  house.talks = [{ id: "c", kinkster_id: "k", created_at: new Date().toISOString(), last_message_at: null }];
  house.tell({ text: "Good" });
  await settled();
  assert.deepEqual([talk.id, house.stopped], ["c", 1]);
  house.tell({ done: true, conversation_id: "c" });
  await settled();
});

test("what was said while another answer was written waits for it, and is not taken for lost", async () => {
  const house = server();
  house.talk = { version: 2, answering: "2" };
  const talk = new Talk(house.api, "k", "c", () => {});
  await talk.load();
  const { stream } = house.api;
  house.api.stream = async (method) => {
    if (method === "POST") throw new ApiError(409, "wrong_state", "An answer is being written here.");
    return stream();
  };
  house.items = [said("1", "user", "Hello.", "done"), said("2", "assistant", null, "streaming")];
  void talk.say("And I.", []);
  await settled();
  assert.equal(talk.busy, true);
  house.items = [house.items[0], said("2", "assistant", "Good evening.", "done")];
  house.tell({ done: true, conversation_id: "c" });
  await settled();
  assert.deepEqual([talk.busy, talk.asked.words, talk.asked.problem], [false, "And I.", "wrong_state"]);
});

test("an answer to something else is not taken for the one to what never arrived", async () => {
  const house = server();
  house.items = [said("1", "user", "Hello.", "done"), said("2", "assistant", null, "partial")];
  const talk = new Talk(house.api, "k", "c", () => {});
  await talk.load();
  house.api.stream = async (method) => {
    assert.equal(method, "POST");
    throw new ApiError(0, "offline", "");
  };
  await talk.say("Are you there?", []);
  assert.deepEqual([talk.busy, talk.asked.problem, talk.problem.code], [false, "offline", "offline"]);
});
