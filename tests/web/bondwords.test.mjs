/** What two people in a bond say, plan and sign, without a page: order, days, rules, and that nothing is said twice. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { IDENTITY_KEY, IdentityStore } from "../../game_server/web/static/js/account/identity.js";
import { keepWritten, writtenIn } from "../../game_server/web/static/js/account/written.js";
import { ApiError } from "../../game_server/web/static/js/api.js";
import { byDay, daysOf, firstWeekday, plusMonths, weeksOf } from "../../game_server/web/static/js/bonds/calendar/days.js";
import { choiceOf, ruleOf } from "../../game_server/web/static/js/bonds/calendar/repeats.js";
import { leading, lines } from "../../game_server/web/static/js/bonds/contracts/list.js";
import { shortened } from "../../game_server/web/static/js/bonds/contracts/versions.js";
import { Outbox } from "../../game_server/web/static/js/bonds/messages/outbox.js";
import { days, isChangeable, Thread } from "../../game_server/web/static/js/bonds/messages/thread.js";
import { instantOf, wallOf } from "../../game_server/web/static/js/ui/zones.js";
import { settled, storage, Timers } from "./plays.mjs";

const BERLIN = "Europe/Berlin";
const said = (id, at, changes = {}) => ({ id, version: 1, created_at: at, from_user_id: "mara", content: id, read_at: null, edited_at: null, unsent_at: null, ...changes });

test("a clock on a wall is a moment and back again, also when clocks change", () => {
  assert.equal(instantOf("2026-11-30T20:15", BERLIN), "2026-11-30T19:15:00.000Z");
  assert.equal(wallOf("2026-07-01T10:00:00Z", BERLIN), "2026-07-01T12:00");
  assert.equal(instantOf("2026-12-01", "America/New_York"), "2026-12-01T05:00:00.000Z");
  assert.equal(instantOf("2026-03-29T02:30", BERLIN), "2026-03-29T01:30:00.000Z", "no clock shows it: the moment it would have been");
  assert.equal(instantOf("2026-10-25T02:30", BERLIN), "2026-10-25T00:30:00.000Z", "it comes twice: the first");
  assert.equal(wallOf("2026-01-01T00:00:00Z", "Nowhere/Else"), "2026-01-01T00:00");
});

test("a month is whole weeks from the day on which they begin", () => {
  const weeks = weeksOf("2026-11-30", 1);
  assert.deepEqual([weeks[0][0], weeks.at(-1).at(-1), weeks.length], ["2026-10-26", "2026-12-06", 6]);
  assert.deepEqual([weeksOf("2026-02-10", 0)[0][0], weeksOf("2026-02-10", 0).length], ["2026-02-01", 4]);
  assert.equal(plusMonths("2026-01-31", 1), "2026-02-28");
  assert.equal(plusMonths("2026-01-15", -2), "2025-11-15");
  assert.equal(firstWeekday("de"), 1);
});

test("a date stands on each of its days: whole days by their own zone, hours by the reader's", () => {
  const whole = { start_date: "2026-12-01T23:00:00Z", end_date: "2026-12-03T23:00:00Z", all_day: true, timezone: BERLIN };
  assert.deepEqual(daysOf(whole, "America/New_York"), ["2026-12-02", "2026-12-03"]);
  const late = { start_date: "2026-12-01T22:00:00Z", end_date: "2026-12-01T23:00:00Z", all_day: false, timezone: BERLIN };
  assert.deepEqual(daysOf(late, BERLIN), ["2026-12-01"], "an end at midnight is the end of the day before");
  assert.deepEqual(daysOf({ ...late, end_date: null }, "Asia/Tokyo"), ["2026-12-02"]);
  assert.deepEqual(byDay([late, whole], BERLIN).get("2026-12-02"), [whole]);
});

test("plain choices are rules, and a rule that is one of them is shown as it", () => {
  assert.equal(ruleOf("never", "", BERLIN), null);
  assert.equal(ruleOf("weekly", "", BERLIN), "FREQ=WEEKLY");
  const until = ruleOf("fortnightly", "2026-12-31", BERLIN);
  assert.equal(until, "FREQ=WEEKLY;INTERVAL=2;UNTIL=20261231T225900Z");
  assert.deepEqual(choiceOf(until, BERLIN), { choice: "fortnightly", until: "2026-12-31" });
  assert.deepEqual(choiceOf(ruleOf("yearly", "2030-02-01", null)), { choice: "yearly", until: "2030-02-01" });
  assert.deepEqual(choiceOf("RRULE:UNTIL=20301231;FREQ=MONTHLY;INTERVAL=1"), { choice: "monthly", until: "2030-12-31" });
  for (const own of ["FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=DAILY;COUNT=3", "FREQ=DAILY;UNTIL=soon"]) assert.equal(choiceOf(own).choice, "own");
});

test("messages stand in their order whatever page they came from, each in its newest version", () => {
  const thread = new Thread();
  assert.equal(thread.hear([said("c", "2026-11-30T10:02:00Z"), said("b", "2026-11-30T10:01:00Z")]), true);
  thread.hear([said("a", "2026-11-29T10:00:00Z"), said("b", "2026-11-30T10:01:00Z", { version: 3, content: "new" })]);
  assert.equal(thread.hear([said("b", "2026-11-30T10:01:00Z", { version: 2, content: "late" })]), false);
  assert.deepEqual(thread.all.map(({ content }) => content), ["a", "new", "c"]);
  assert.equal(thread.oldest.id, "a");
  assert.deepEqual(days(thread.all, "UTC").map(({ day, runs }) => [day, runs.length]), [["2026-11-29", 1], ["2026-11-30", 1]]);
  assert.equal(thread.newestFrom("jonas").id, "c");
});

test("one's own message can be changed for a quarter of an hour", () => {
  const message = said("a", "2026-11-30T10:00:00Z");
  const at = (minutes) => Date.parse(message.created_at) + minutes * 60_000;
  assert.equal(isChangeable(message, "mara", at(14)), true);
  assert.equal(isChangeable(message, "mara", at(15)), false);
  assert.equal(isChangeable(message, "jonas", at(1)), false);
  assert.equal(isChangeable({ ...message, unsent_at: "2026-11-30T10:01:00Z" }, "mara", at(2)), false);
});

/** An outbox whose server takes each key once, and answers as `line` lets it. */
function sending(line, kept = storage()) {
  const scene = { heard: [], taken: new Map(), kept, owner: "user:mara", timers: new Timers(), keys: 0 };
  const send = async (bond, body, key) => {
    scene.heard.push(key);
    const answer = () => {
      if (!scene.taken.has(key)) scene.taken.set(key, { id: key, bond, ...body });
      return scene.taken.get(key);
    };
    return line(answer, scene.heard.length);
  };
  scene.outbox = new Outbox({
    send,
    shelf: () => kept,
    owner: () => scene.owner,
    after: scene.timers.after,
    dice: () => 0,
    now: () => 0,
    newKey: () => `key-${++scene.keys}`,
  });
  return scene;
}
const offline = () => {
  throw new ApiError(0, "offline", "no");
};

test("what waits is sent in its order, again after a lost answer, and said once", async () => {
  const scene = sending((answer, count) => {
    const made = answer();
    return count === 1 ? offline() : made;
  });
  scene.outbox.put("bond", "one");
  scene.outbox.put("bond", "two", ["file"]);
  await settled();
  assert.deepEqual(scene.outbox.of("bond").waiting.map(({ content }) => content), ["one", "two"]);
  scene.timers.run();
  await settled();
  assert.deepEqual(scene.heard, ["key-1", "key-1", "key-2"]);
  assert.deepEqual([...scene.taken.values()].map(({ content, attachments }) => [content, attachments]), [["one", undefined], ["two", ["file"]]]);
  assert.deepEqual(scene.outbox.of("bond").waiting, []);
});

test("a page that was closed sends what waited under the same keys, and a draft is there again", async () => {
  const kept = storage();
  const before = sending(offline, kept);
  before.outbox.put("bond", "one");
  before.outbox.draft("bond", "and");
  await settled();
  const after = sending((answer) => answer(), kept);
  await after.outbox.flush();
  assert.deepEqual(after.heard, ["key-1"]);
  assert.deepEqual(after.outbox.of("bond"), { draft: "and", waiting: [], at: after.outbox.of("bond").at });
});

test("what is refused holds nothing up, and its writer may try again or have the words back", async () => {
  const scene = sending((answer, count) => {
    if (count === 1) throw new ApiError(422, "invalid", "no");
    return answer();
  });
  scene.outbox.put("bond", "one");
  scene.outbox.put("bond", "two");
  await settled();
  const [refused] = scene.outbox.of("bond").waiting;
  assert.equal(refused.content, "one");
  assert.ok(refused.refused);
  assert.equal(scene.outbox.drop("bond", refused.key).content, "one");
  assert.deepEqual(scene.outbox.of("bond").waiting, []);
});

test("nobody sends another one's words, and who leaves leaves none", async () => {
  const scene = sending(offline);
  scene.outbox.put("bond", "one");
  await settled();
  scene.owner = "user:jonas";
  await scene.outbox.flush();
  assert.deepEqual(scene.outbox.of("bond").waiting, []);

  const shelf = storage();
  const identities = new IdentityStore(shelf, storage());
  shelf.setItem(IDENTITY_KEY, JSON.stringify({ kind: "user", id: "mara", access: "a", refresh: "r", remember: true, name: "Mara", completed: true }));
  keepWritten(shelf, "user:mara", "bond", { draft: "and", waiting: [] });
  identities.end();
  assert.equal(writtenIn(shelf, "user:mara", "bond").draft, "and", "their login ended by itself: it waits for them");
  shelf.setItem(IDENTITY_KEY, JSON.stringify({ kind: "user", id: "mara", access: "a", refresh: "r", remember: true, name: "Mara", completed: true }));
  identities.leave();
  assert.equal(writtenIn(shelf, "user:mara", "bond").draft, "");
});

test("a line of contracts is led by what is in force, else by what waits", () => {
  const version = (version_number, status) => ({ id: `${version_number}`, line_id: "line", version_number, status });
  assert.equal(leading([version(1, "superseded"), version(2, "active"), version(3, "draft")]).version_number, 2);
  assert.equal(leading([version(1, "withdrawn"), version(2, "pending_signature"), version(3, "draft")]).version_number, 2);
  assert.equal(leading([version(1, "withdrawn"), version(2, "expired")]).version_number, 2);
  assert.equal(lines([version(1, "draft"), { ...version(1, "draft"), line_id: "other" }]).length, 2);
});

test("of a long stretch that stayed only what is around the changes is shown", () => {
  const long = { op: "same", text: `begin ${"x".repeat(2000)} end` };
  const inside = shortened(long, false, false).text;
  assert.ok(inside.length < 400 && inside.startsWith("begin") && inside.endsWith("end") && inside.includes(" … "));
  assert.ok(!shortened(long, true, false).text.startsWith("begin"));
  assert.equal(shortened({ ...long, op: "added" }, false, false).text, long.text);
});
