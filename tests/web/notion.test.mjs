/** What people paste, and what codes and values of Notion read like. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../game_server/web/static/js/api.js";
import { pageOf } from "../../game_server/web/static/js/notion/databases.js";
import { Mirror } from "../../game_server/web/static/js/notion/mirror.js";
import { brokenWords, valueWords, whyWords } from "../../game_server/web/static/js/notion/words.js";

globalThis.navigator ??= { languages: ["en"] };
const DIGITS = "1234567890abcdef1234567890abcdef";
const ID = "12345678-90ab-cdef-1234-567890abcdef";

test("a page is found in every address that Notion gives of it", () => {
  for (const address of [
    `https://www.notion.so/Ours-${DIGITS}`,
    `https://www.notion.so/team/Our-1a-evenings-${DIGITS.toUpperCase()}?pvs=4#there`,
    `  notion.site/${ID} `,
    `https://www.notion.so/${"0".repeat(32)}?v=${"f".repeat(32)}&p=${DIGITS}&pm=s`,
    ID,
  ])
    assert.equal(pageOf(address), ID, address);
});

test("what is no page's address has none", () => {
  for (const address of ["", "https://www.notion.so/Ours", `https://example.org/?v=${DIGITS}`]) assert.equal(pageOf(address), null);
});

test("both sides of a conflict are said in words", () => {
  assert.equal(valueWords("tasks", "status", "in_progress"), "under way");
  assert.equal(valueWords("scenes", "status", "called_off"), "Called off");
  assert.equal(valueWords("boundaries", "my_rating", "hard_no"), "Never");
  assert.equal(valueWords("kinksters", "age_range", "61+"), "61 or older");
  assert.equal(valueWords("image_generations", "status", "not_yet"), "not yet");
  assert.equal(valueWords("tasks", "title", "daily"), "daily");
  assert.equal(valueWords("tasks", "title", null), "Nothing");
  assert.equal(valueWords("tasks", "proof_required", true), "Yes");
  assert.equal(valueWords("journal", "tags", ["calm", "us"]), "calm and us");
  assert.match(valueWords("calendar", "when", "2026-12-04/2026-12-06"), /4.* – .*6/);
});

test("a limit is said without whose it is, and what nobody knows is not blamed on anybody", () => {
  assert.match(whyWords("limit"), /nobody says/);
  assert.match(whyWords("something_new"), /tries it once more/);
});

test("each way in which a connection ends says what it is and what to do", () => {
  const [taken, replaced, restored] = ["unauthorized", "password_replaced", "restored"].map(brokenWords);
  assert.equal(brokenWords(null), taken);
  assert.match(replaced.says.join(" "), /password was set anew by mail.*Disconnect/);
  assert.match(restored.says.join(" "), /backup.*disconnect/);
});

/** A server that says this status, and has nothing else to say. */
class Away {
  asked = [];

  constructor(status) {
    this.status = status;
  }

  async get(path) {
    this.asked.push(path);
    await new Promise((resolve) => setImmediate(resolve));
    if (path === "/api/notion/status") return this.status;
    throw new ApiError(0, "offline", "");
  }
}

const KIND = { database_id: "1", on: true, texts: false, synced: 0, pending: 0, conflicts: 1, failed: 1, archived: 0, run_id: "7", running: true };
const OPEN = { offered: true, connected: true, broken: false, kinds: { tasks: KIND }, community: { ...KIND, on: false, conflicts: 0, running: false } };

test("what cannot be read of it keeps nobody from switching off, and is not asked for without a breath", async () => {
  const leaves = new AbortController();
  const away = new Away(OPEN);
  const mirror = await Mirror.load(away, () => {}, leaves.signal);
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  leaves.abort();
  assert.deepEqual([mirror.conflicts, mirror.undecided], [[], 1]);
  assert.equal(away.asked.filter((path) => path === "/api/notion/runs/7").length, 1);
});
