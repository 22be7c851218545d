import assert from "node:assert/strict";
import { test } from "node:test";

import { IdentityStore } from "../../game_server/web/static/js/account/identity.js";
import { isCleared, isGone, nameOf, nameWithin } from "../../game_server/web/static/js/room/seats.js";
import { ENDINGS } from "../../game_server/web/static/js/room/words.js";
import { headline } from "../../game_server/web/static/js/room/headline.js";
import { parse } from "../../game_server/web/static/js/router.js";
import { ApiError } from "../../game_server/web/static/js/api.js";
import { fieldSentences, isVisible, sentence } from "../../game_server/web/static/js/ui/sentences.js";
import { heardDate, serverNow } from "../../game_server/web/static/js/ui/servertime.js";
import { ago, clock, day, listed, secondsLeft } from "../../game_server/web/static/js/ui/time.js";
import { uuid } from "../../game_server/web/static/js/ui/uuid.js";

const at = (pathname, hash = "") => parse({ pathname, hash });
const token = "t".repeat(43);

test("addresses lead to their screens", () => {
  assert.deepEqual(at("/"), { name: "home" });
  assert.deepEqual(at("/partners"), { name: "partners" });
  assert.deepEqual(at("/partners/u1"), { name: "partner", id: "u1" });
  assert.deepEqual(at("/partners/u1/cards"), { name: "cards", id: "u1" });
  assert.deepEqual(at("/survey"), { name: "survey" });
  assert.deepEqual(at("/you"), { name: "you" });
  assert.deepEqual(at("/you/journal/one"), { name: "ownPages", part: "journal", row: "one" });
  assert.deepEqual(at("/you/logins"), { name: "you", part: "logins" });
  assert.deepEqual(at("/room/abc%20d"), { name: "room", id: "abc d" });
  assert.deepEqual(at("/elsewhere"), { name: "lost" });
});

test("a pairing token is found in the path and in the fragment", () => {
  for (const route of [at(`/j/${token}`), at("/j", `#${token}`), at("/", `#${token}`)]) {
    assert.deepEqual(route, { name: "join", token });
  }
  assert.deepEqual(at("/j"), { name: "lost" });
});

test("links in mails lead to their screens", () => {
  assert.deepEqual(at("/", `#password-reset=${token}`), { name: "reset", token });
  assert.deepEqual(at("/", `#confirm-email=${token}`), { name: "confirm", token });
  assert.deepEqual(at("/", `#no-mails=${token}.ab`), { name: "unasked", token: `${token}.ab` });
  assert.deepEqual(at("/", "#mails"), { name: "home" });
});

test("an address that cannot be decoded is still an address", () => {
  assert.deepEqual(at("/room/%E0%A4%A"), { name: "room", id: "%E0%A4%A" });
});

test("ids are version 4 UUIDs and differ", () => {
  const ids = new Set(Array.from({ length: 100 }, uuid));
  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a countdown ends at nothing", () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  assert.equal(secondsLeft("2030-01-01T00:01:05.2Z", now), 66);
  assert.equal(secondsLeft("2029-12-31T23:59:59Z", now), 0);
  assert.equal(secondsLeft(null, now), 0);
  assert.equal(clock(66), "1:06");
  assert.equal(clock(7260), "2 h 1 min");
});

test("days, how long ago and lists are said as one says them", () => {
  const now = Date.parse("2030-01-03T12:00:00Z");
  assert.equal(day("2030-01-03T12:00:00Z"), "January 3, 2030");
  assert.equal(ago("2030-01-03T11:59:30Z", now), "now");
  assert.equal(ago("2030-01-03T12:00:30Z", now), "now");
  assert.equal(ago("2030-01-03T09:30:00Z", now), "2 hours ago");
  assert.equal(ago("2030-01-02T11:00:00Z", now), "yesterday");
  assert.equal(ago("2028-01-02T11:00:00Z", now), "2 years ago");
  assert.equal(listed(["Mara", "Jonas", "Kim"]), "Mara, Jonas, and Kim");
});

const shelf = () => {
  const kept = new Map();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
};
const user = { kind: "user", access: "a", refresh: "r", remember: false, name: null, completed: false };

test("a login that shall not be remembered goes with the tab", () => {
  const [lasting, fleeting] = [shelf(), shelf()];
  const store = new IdentityStore(lasting, fleeting);
  store.save(user);
  assert.equal(lasting.kept.size, 0);
  assert.equal(store.token(), "a");
  store.save({ ...user, remember: true });
  assert.equal(fleeting.kept.size, 0);
  assert.equal(new IdentityStore(lasting, shelf()).token(), "a");
});

test("what is learnt about a player is kept with their token, and goes with it", () => {
  const store = new IdentityStore(shelf(), shelf());
  store.save({ kind: "anonymous", id: "i", token: "t", since: 0, name: null, completed: false });
  store.describe("Mara", true);
  assert.deepEqual(store.current(), {
    kind: "anonymous",
    id: "i",
    token: "t",
    since: 0,
    name: "Mara",
    completed: true,
  });
  store.clear();
  assert.equal(store.current(), null);
});

const room = { seat: "A", seats: { A: { name: "Mara" }, B: { name: "Jonas" } } };
const headlines = (...events) => events.map((event) => headline(event, room));

test("nothing read aloud holds a card's text", () => {
  const card = { script: { steps: [{ actor: "A", do: "secret" }] } };
  assert.deepEqual(
    headlines({ t: "card_shown", turn: 1, card, remaining: 3 }, { t: "card_replaced", turn: 1, card }),
    ["A new card.", "Another card."],
  );
  assert.deepEqual(headlines({ t: "feedback_given", turn: 1, by: "A", feedback: "like" }), [""]);
});

test("what is read aloud says whose turn it is and who waits, and never who paused, stopped or skipped", () => {
  assert.deepEqual(
    headlines(
      { t: "turn_began", turn: 1, active: "A" },
      { t: "turn_began", turn: 2, active: "B" },
      { t: "ready", by: "B" },
      { t: "resume_wanted", by: "B" },
      { t: "paused" },
      { t: "stopped" },
      { t: "ended", reason: "stopped" },
      { t: "ended", reason: "declined" },
    ),
    [
      "Your turn.",
      "Jonas’s turn.",
      "Jonas is ready.",
      "Jonas is fine to go on.",
      "Paused.",
      "Stopped.",
      "You stopped.",
      "This game was declined.",
    ],
  );
});

const refused = (code, fields = null, message = "POST /api/me: field `$.data` at position 3") =>
  new ApiError(422, code, message, fields);

test("whatever is refused is said in a person's sentence, never in the server's", () => {
  for (const code of ["invalid", "bad_json", "taken", "key_reused", "adult_required", "unavailable", "who_knows"]) {
    assert.match(sentence(refused(code)), /^[A-Z][^/`{}_]+[.?]$/);
  }
  const fields = { "anatomy_self[0]": "At least one.", "partner.hosted.name": "matching regex", unheard_of: "x" };
  const said = fieldSentences(refused("invalid", fields));
  assert.deepEqual([...said.keys()], ["anatomy_self", "name", "unheard_of"]);
  for (const each of said.values()) assert.match(each, /^Please [^_`]+\.$/);
});

test("what was written for the person who reads it is not replaced", () => {
  const own = "This is your own request: your partner opens the link.";
  assert.equal(sentence(refused("wrong_state", null, own)), own);
});

test("a name that draws no ink is none", () => {
  for (const name of ["", "  ", "\u200b", "\u3164", "\u2800", "\u115f\u1160", "\uffa0", "\u0301", "\u00ad \u2060"])
    assert.equal(isVisible(name), false, JSON.stringify(name));
  for (const name of ["Ana", "李", "ㅤana", "✿", "Zoë", "🙂"]) assert.equal(isVisible(name), true, name);
});

test("what time it is comes from the server, how much has passed from the phone", () => {
  assert.ok(Math.abs(serverNow() - Date.now()) < 1000);
  heardDate("no date", 1000);
  const isAt = (steady, time) => {
    const ahead = serverNow(steady) - Date.parse(time);
    assert.ok(ahead >= 0 && ahead < 1000, String(ahead));
  };
  heardDate("Tue, 01 Jan 2030 00:00:00 GMT", 5000);
  isAt(5000, "2030-01-01T00:00:00Z");
  isAt(65_000, "2030-01-01T00:01:00Z");
  heardDate("Tue, 01 Jan 2030 00:00:59 GMT", 65_000); // a slow answer
  isAt(65_000, "2030-01-01T00:01:00Z");
  heardDate("Tue, 01 Jan 2030 01:00:00 GMT", 66_000); // the phone has slept
  isAt(66_000, "2030-01-01T01:00:00Z");
  heardDate("Tue, 01 Jan 2030 00:30:00 GMT", 67_000); // the server's clock was set
  isAt(67_000, "2030-01-01T00:30:00Z");
});

test("a game that one of the two has ended, or blocking, says nothing to the other that is not so", () => {
  const texts = [ENDINGS.ended, ENDINGS.abandoned].map(({ title, text }) => `${title} ${text}`);
  for (const text of texts) assert.doesNotMatch(text, /you ended|partner|a day/i);
});

test("a partner whose name was erased begins a sentence as one", () => {
  const state = { seat: "A", seats: { A: { name: "Mara" }, B: { name: "your partner" } } };
  assert.equal(nameOf(state, "B"), "Your partner");
  assert.equal(nameOf(state, "A"), "Mara");
});

test("a guest whose evening is over has no name left to take a letter from, and is not gone for it", () => {
  const state = { seat: "A", seats: { A: { name: "Mara" }, B: { name: "your partner", hosted: true } } };
  assert.deepEqual([isCleared(state, "A"), isCleared(state, "B"), isGone(state, "B")], [false, true, false]);
  assert.ok(isGone({ ...state, seats: { ...state.seats, B: { name: "your partner" } } }, "B"));
});

test("a partner whose name was erased stands within a sentence as one", () => {
  const state = { seat: "A", seats: { A: { name: "Mara" }, B: { name: "your partner" } } };
  assert.equal(nameWithin(state, "B"), "your partner");
  assert.equal(nameWithin({ ...state, seats: { ...state.seats, B: { name: "Kim" } } }, "B"), "Kim");
  assert.equal(nameWithin(state, "A"), "Mara");
});
