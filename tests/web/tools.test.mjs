/** The tools of a bond: what stands in a form as the API takes it, and what of it has changed. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { atField } from "../../game_server/web/static/js/bonds/tools/commands.js";
import { asLocal, asMoment } from "../../game_server/web/static/js/bonds/tools/moments.js";
import { legal } from "../../game_server/web/static/js/bonds/tools/rights.js";
import { RULES } from "../../game_server/web/static/js/bonds/tools/rules.js";
import { changesOf, tagsOf, valueOf } from "../../game_server/web/static/js/bonds/tools/values.js";
import { ApiError } from "../../game_server/web/static/js/api.js";
import { Bond } from "../../game_server/web/static/js/bonds/bond.js";
import { HAPPENED } from "../../game_server/web/static/js/bonds/settings.js";
import { speak } from "../../game_server/web/static/js/ui/tongue.js";

const data = (entries) => Object.entries(entries).reduce((made, [name, value]) => (made.append(name, value), made), new FormData());

test("a field that is left empty is null, or its default where it may not be", () => {
  assert.equal(valueOf({ name: "url", kind: "link" }, data({ url: " " })), null);
  assert.equal(valueOf({ name: "point_value", kind: "whole", nullable: false, default: 0 }, data({ point_value: "" })), 0);
  assert.equal(valueOf({ name: "all_day", kind: "flag" }, data({})), false);
  assert.deepEqual(valueOf({ name: "tags", kind: "tags", nullable: false, default: [] }, data({ tags: "" })), []);
});

test("what is written is what the API takes", () => {
  assert.equal(valueOf({ name: "rating", kind: "whole" }, data({ rating: "4" })), 4);
  assert.equal(valueOf({ name: "all_day", kind: "flag" }, data({ all_day: "on" })), true);
  assert.equal(valueOf({ name: "title", kind: "text" }, data({ title: " The sea " })), "The sea");
  assert.deepEqual(tagsOf("rope, #safety\nrope,, calm "), ["rope", "safety", "calm"]);
});

test("a point in time goes through a field and comes back the same to the minute", () => {
  const at = "2026-11-30T20:15:00.000Z";
  assert.equal(asMoment(asLocal(at)), at);
  assert.equal(asMoment(""), null);
  assert.equal(asLocal(null), "");
});

test("only what differs is sent, and seconds that no field shows are no change", () => {
  const fields = [{ name: "title", kind: "text" }, { name: "due_date", kind: "moment" }, { name: "tags", kind: "tags" }];
  const row = { title: "One", due_date: "2026-11-30T20:15:42Z", tags: ["calm"] };
  assert.deepEqual(changesOf({ title: "One", due_date: "2026-11-30T20:15:00.000Z", tags: ["calm"] }, row, fields), {});
  assert.deepEqual(changesOf({ title: "Two", due_date: null, tags: ["calm"] }, row, fields), { title: "Two", due_date: null });
});

test("a command is offered in the states that it leads from; a tool without states has none to ask for", () => {
  const tool = { moves: { redeem: { sources: ["available"], to: "redeemed" } } };
  assert.equal(legal(tool, "redeem", { status: "available" }), true);
  assert.equal(legal(tool, "redeem", { status: "withdrawn" }), false);
  assert.equal(legal({}, "acknowledge", {}), true);
});

test("a refusal that names no field is said at the one that it is about, where the form has it", () => {
  const limit = new ApiError(422, "limit", "This touches a limit. Please think of something else.");
  assert.deepEqual(Object.keys(atField(limit, ["assigned_to", "title"]).fields), ["title"]);
  assert.deepEqual(Object.keys(atField(limit, ["reason"]).fields), ["reason"]);
  assert.equal(atField(limit, []), limit);
  const pausing = new ApiError(409, "person_paused", "They are taking a pause.");
  assert.deepEqual(Object.keys(atField(pausing, ["title", "assigned_to"]).fields), ["assigned_to"]);
  const invalid = new ApiError(422, "invalid", "", { due_date: "Later, please." });
  assert.equal(atField(invalid, ["title"]), invalid);
});

test("oneself is another word beside “For” than beside a yes, where a language has two", async () => {
  const members = [{ user_id: "m", paused_by_me: false }, { user_id: "j", nickname: "Jonas" }];
  const bond = new Bond({ identities: { owner: () => "m" } }, { id: "b", members }, {});
  const row = { assigned_to: "m", for_all: false, rule_type: "always", effective_from: null, effective_until: null, acknowledged_by: ["j", "m"], declined_by: [] };
  await speak("de", async () => ({ You: "Du", you: "dich", For: "Für", Yes: "Ja" }));
  const facts = Object.fromEntries(RULES.facts(row, bond).filter((each) => each !== null));
  await speak("en", async () => ({}));
  assert.equal(facts["Für"], "Dich");
  assert.match(facts["Ja"], /^Du .+ Jonas$/);
});

test("whatever the log of a bond holds has words on its page", () => {
  const folder = new URL("../../migrations/", import.meta.url);
  const sql = readdirSync(folder).filter((name) => /^\d+_.*\.sql$/.test(name)).map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const written = [...sql.matchAll(/INSERT INTO bond_activity_log[^;]*/g)].flatMap(([statement]) => [...statement.matchAll(/'([a-z_]+)'/g)].map(([, word]) => word));
  assert.ok(written.includes("removed") && written.includes("invited"));
  assert.deepEqual([...new Set(written)].filter((word) => !(word in HAPPENED)), []);
});
