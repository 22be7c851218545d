/** A safety card that stands in no talk, because it could not be kept: it is there all the same. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Talk } from "../../game_server/web/static/js/characters/talk/talk.js";

const line = (events) => new Response(events.map((each) => `data: ${JSON.stringify(each)}\n\n`).join(""));

test("a safety card that is in no talk stays on the screen, and the talk stays the one that it was", async () => {
  const api = {
    stream: async () => line([{ text: "I stop playing now.\nEmergency: 112 (EU)", safety: true }, { done: true, safety: true, usage: {} }]),
    get: async () => ({ items: [], next_cursor: null }),
  };
  for (const id of ["c", null]) {
    const talk = new Talk(api, "k", id, () => {});
    await talk.say("I want to die", []);
    assert.equal(talk.id, id);
    assert.equal(talk.coming, null);
    assert.deepEqual(
      talk.messages.map(({ content, safety }) => [content, safety]),
      [["I stop playing now.\nEmergency: 112 (EU)", true]],
    );
    assert.equal(talk.asked?.words, "I want to die"); // it was not kept: it can be said again
  }
});
