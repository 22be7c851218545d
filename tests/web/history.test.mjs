import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { sameAgain } from "../../game_server/web/static/js/evening/again.js";
import { loveOf, played } from "../../game_server/web/static/js/evening/cards.js";
import { bySession, isEvening, partnersIn, playedIn, reaches } from "../../game_server/web/static/js/history/evenings.js";
import { OwnNote } from "../../game_server/web/static/js/evening/note.js";
import { Keepsake } from "../../game_server/web/static/js/evening/keepsake.js";
import { parse } from "../../game_server/web/static/js/router.js";
import { dayOf, daysOf } from "../../game_server/web/static/js/ui/time.js";

globalThis.document ??= { querySelector: () => null };

const session = (changes) => ({
  session_id: "s", status: "completed", seat: "A", joined: true, partner_name: "Jo", partner_user_id: null, current_step: 5,
  target_activities: 5, created_at: "2030-01-05T20:00:00Z", completed_at: null, ...changes,
});

test("evenings have their addresses", () => {
  const at = (pathname) => parse({ pathname, hash: "" });
  assert.deepEqual(at("/evenings"), { name: "evenings" });
  assert.deepEqual(at("/evenings/a%20b"), { name: "evening", id: "a b" });
});

test("both loved a card only where both gave it a heart, and nobody hears of the other's alone", () => {
  const favourites = new Set([7]);
  assert.equal(loveOf("like", 7, favourites), "both");
  assert.equal(loveOf("like", 8, favourites), "mine");
  assert.equal(loveOf("like", null, favourites), "mine");
  for (const mine of ["neutral", "dislike", null, undefined]) assert.equal(loveOf(mine, 7, favourites), "none");
});

test("the card that was left on the table is none of the evening's", () => {
  assert.deepEqual(played([{ seq: 1 }, { seq: 2 }, { seq: 3 }], 2).map(({ seq }) => seq), [1, 2]);
});

test("a stopped evening is one like any other, and what never began or still goes on is none", () => {
  const is = (changes) => isEvening(session(changes));
  assert.ok(is({}));
  assert.ok(is({ status: "stopped" }));
  assert.ok(is({ status: "stopped", current_step: 0 }));
  assert.ok(is({ status: "abandoned" }));
  assert.ok(!is({ current_step: 0 }));
  assert.ok(!is({ status: "active" }));
  assert.ok(!is({ status: "waiting" }));
  assert.ok(!is({ joined: false }));
});

test("the cards of an evening come in the order in which they were played, without those that were skipped", () => {
  const shown = (id, session_id, was_skipped = false) => ({ id, session_id, was_skipped });
  const found = bySession([shown(4, "b"), shown(3, "a"), shown(2, "a", true), shown(1, "a")]);
  assert.deepEqual([...found].map(([id, cards]) => [id, cards.map((card) => card.id)]), [["b", [4]], ["a", [1, 3]]]);
});

test("the list shows as many cards of an evening as the evening itself", () => {
  const shown = (changes) => playedIn(session(changes), [1, 2, 3, 4, 5]);
  assert.deepEqual(shown({}), [1, 2, 3, 4, 5]);
  assert.deepEqual(shown({ status: "stopped", current_step: 3 }), [1, 2]);
  assert.deepEqual(shown({ current_step: 3 }), [1, 2]);
  assert.deepEqual(shown({ status: "stopped", current_step: 0 }), []);
});

test("cards are read until they lie before the last evening", () => {
  const shown = (presented_at) => [{ presented_at: "2030-02-01T00:00:00Z" }, { presented_at }];
  assert.ok(!reaches([], session({})));
  assert.ok(!reaches(shown("2030-01-05T20:10:00Z"), session({})));
  assert.ok(reaches(shown("2030-01-04T20:10:00Z"), session({})));
});

test("each partner with whom one is connected is there once", () => {
  const found = partnersIn([
    session({ partner_user_id: "1", partner_name: "Jo" }), session({}), session({ partner_user_id: "1", partner_name: "Old" }),
    session({ partner_user_id: "2", partner_name: "Kim" }), session({ partner_user_id: "3", partner_name: null }),
  ]);
  assert.deepEqual(found, [{ user_id: "1", name: "Jo" }, { user_id: "2", name: "Kim" }]);
});

test("again means the same settings, and nothing that somebody wrote into the rules", () => {
  const settings = {
    intimacy_level: "R", activity_type: "dare", type_choice: "spin", turn_order: "alternate", target_activities: 12,
  };
  assert.deepEqual(sameAgain({ ...settings, bank_ratio: 0.5, rules: { apart: true, note: "ours" } }), {
    ...settings, rules: { apart: true },
  });
  assert.deepEqual(sameAgain(settings), { ...settings, rules: {} });
});

test("an evening has its weekday within a week, then its date, and the year where it is another", () => {
  const now = Date.parse("2030-03-10T12:00:00Z");
  assert.equal(dayOf("2030-03-08T12:00:00Z", now, "en"), "Friday");
  assert.equal(dayOf("2030-03-01T12:00:00Z", now, "en"), "March 1");
  assert.equal(dayOf("2029-03-01T12:00:00Z", now, "en"), "March 1, 2029");
  assert.equal(dayOf("2030-03-01T12:00:00Z", now, "de"), "1. März");
  assert.equal(dayOf("2030-03-08T12:00:00Z", now, "es"), "Viernes", "it stands by itself");
});

/** A server that keeps one note. */
function notebook(text = null) {
  const asked = [];
  return {
    asked,
    get: async (path) => ({ text, path }),
    put: async (path, body) => (asked.push(["PUT", path, body.text]), { text: (text = body.text.trim()) }),
    delete: async (path) => void asked.push(["DELETE", path]),
  };
}

test("a note is kept as the server kept it, and an empty one is none", async () => {
  const server = notebook();
  const note = new OwnNote(server, "a/b", () => {});
  await note.read();
  assert.equal(note.text, null);
  note.write(true);
  await note.keep(" Slower ");
  assert.deepEqual([note.text, note.writing], ["Slower", false]);
  await note.keep("  ");
  assert.equal(note.text, null);
  assert.deepEqual(server.asked, [["PUT", "/api/sessions/a%2Fb/note", " Slower "], ["DELETE", "/api/sessions/a%2Fb/note"]]);
});

test("a refused note stays in the hands of who wrote it", async () => {
  const note = new OwnNote({ put: () => Promise.reject(new Error("no")) }, "s", () => {});
  note.write(true);
  await assert.rejects(note.keep("Mine"));
  assert.equal(note.writing, true);
});

test("favourites are asked for only where the two are connected", async () => {
  const asked = [];
  const answers = (partner) => ({
    api: {
      get: async (path) => {
        asked.push(path);
        if (path.includes("favourites")) return { items: [{ activity_id: 3 }] };
        if (path.includes("note")) return { text: null };
        return path.includes("activities") ? { items: [] } : { state: {}, partner_user_id: partner };
      },
    },
  });
  const alone = new Keepsake(answers(null), "s", () => {});
  await alone.read();
  assert.deepEqual([...alone.favourites], []);
  assert.ok(!asked.some((path) => path.includes("favourites")));
  const two = new Keepsake(answers("p"), "s", () => {});
  await two.read();
  assert.deepEqual([...two.favourites], [3]);
});

test("what stays of an evening knows no screen: the room and the evenings of before both lay it out, and the room knows nothing of those", () => {
  const js = fileURLToPath(new URL("../../game_server/web/static/js", import.meta.url));
  const asked = (folder) => readdirSync(`${js}/${folder}`).flatMap((file) =>
    [...readFileSync(`${js}/${folder}/${file}`, "utf8").matchAll(/^import .* from "\.\.\/(\w+)\//gm)].map(([, area]) => area));
  for (const area of ["room", "history", "home"]) assert.ok(!asked("evening").includes(area), area);
  for (const area of ["history", "home"]) assert.ok(!asked("room").includes(area), area);
});

test("evenings of one day are told apart by the time, and one alone on its day is not", () => {
  const now = new Date(2030, 0, 20, 23).getTime();
  const at = (day, hour) => new Date(2030, 0, day, hour, 5).toISOString();
  const said = (language) => daysOf([at(19, 22), at(19, 20), at(18, 20), at(2, 21), at(2, 8)], now, language).map((each) => each.replace(/\s/g, " "));
  assert.deepEqual(said("en"), ["Saturday 10:05 PM", "Saturday 8:05 PM", "Friday", "January 2 at 9:05 PM", "January 2 at 8:05 AM"]);
  assert.deepEqual(said("de").slice(0, 3), ["Samstag, 22:05", "Samstag, 20:05", "Freitag"]);
});
