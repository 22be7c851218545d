import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../game_server/web/static/js/api.js";
import { broughtAsks } from "../../game_server/web/static/js/bonds/entry.js";
import { factsOf, isPlayable, settingsOf, USUAL } from "../../game_server/web/static/js/home/evening.js";
import { invitationPath } from "../../game_server/web/static/js/home/invitations.js";
import { greetingAt, leadOf } from "../../game_server/web/static/js/home/lead.js";
import { stillNews } from "../../game_server/web/static/js/home/news.js";
import { LEVELS } from "../../game_server/web/static/js/room/words.js";

const game = (more) => ({
  session_id: "s1", status: "waiting", seat: "A", joined: true, partner_name: null, current_step: 0, target_activities: 25, ...more,
});
const jonas = { user_id: "u1", name: "Jonas" };

test("the start page leads with whoever waits for an answer, then a game, then a partner, then an invitation", () => {
  const asked = game({ session_id: "asked", seat: "B", joined: false, partner_name: "Jonas" });
  const playing = game({ session_id: "playing", status: "active", partner_name: "Kim", current_step: 7 });
  const lobby = game({ session_id: "lobby", partner_name: "Kim" });
  const link = game({ session_id: "link" });
  assert.deepEqual(leadOf([link, lobby, playing, asked], [jonas]), { kind: "asked", session: asked });
  assert.deepEqual(leadOf([link, lobby, playing], [jonas]), { kind: "open", session: playing });
  assert.deepEqual(leadOf([link, lobby], [jonas]), { kind: "open", session: lobby });
  assert.deepEqual(leadOf([link], [jonas]), { kind: "partner", partner: jonas });
  assert.deepEqual(leadOf([link], []), { kind: "nobody" });
});

test("an evening has defaults, and the highest level is none of them", () => {
  assert.equal(USUAL.intimacy_level, "R");
  assert.deepEqual(settingsOf(USUAL), {
    intimacy_level: "R", activity_type: "random", type_choice: "player", turn_order: "alternate", target_activities: 25, rules: {},
  });
});

test("what two who share a phone, or do not know each other, cannot have is not asked for", () => {
  const all = { ...USUAL, apart: true, favourites: true };
  assert.deepEqual(settingsOf(all, { known: true }).rules, { apart: true, favourites: true });
  assert.deepEqual(settingsOf(all, { onePhone: true }).rules, {});
});

test("an evening is told in a few words", () => {
  assert.deepEqual(factsOf(USUAL, LEVELS), ["Warm", "25 cards", "in turns"]);
  const other = { ...USUAL, intimacy_level: "G", activity_type: "dare", turn_order: "spin", target_activities: 5, apart: true };
  assert.deepEqual(factsOf(other, LEVELS), ["Gentle", "5 cards", "turns by chance", "dare only", "far apart"]);
});

test("as many cards as can be played", () => {
  assert.deepEqual([4, 5, 50, 51, 7.5, NaN].map(isPlayable), [false, true, true, false, false, false]);
});

test("one is greeted by the hour", () => {
  assert.equal(greetingAt(21, "Mara"), "Good evening, Mara");
  assert.equal(greetingAt(2, "Mara"), "Good evening, Mara");
  assert.equal(greetingAt(8, "Mara"), "Good morning, Mara");
  assert.equal(greetingAt(14, "Mara"), "Hello, Mara");
  assert.equal(greetingAt(14, ""), "Hello");
});

test("nobody is told of a game that is over", () => {
  const news = ["/room/open", "/room/declined", "/partners"].map((link) => ({ link }));
  assert.deepEqual(stillNews(news, ["/room/open"]).map(({ link }) => link), ["/room/open", "/partners"]);
});

const brought = [["1", "pending"], ["2", "accepted"], ["3", "pending"], ["4", "over"]].map(([id, status]) => ({ id, status, answered_at: null }));
const visitor = (who, get) => ({ identities: { current: () => who }, api: { get } });

test("bonds from another app that wait for an answer are counted, for whoever can be asked", async () => {
  const items = async () => ({ items: brought });
  const away = async () => { throw new ApiError(0, "offline", ""); };
  assert.equal(await broughtAsks(visitor({ kind: "user" }, items)), 2);
  assert.equal(await broughtAsks(visitor({ kind: "user" }, away)), 0);
  for (const who of [null, { kind: "anonymous" }, { kind: "user", adult: false }]) assert.equal(await broughtAsks(visitor(who, assert.fail)), 0);
});

const here = "https://play.example";
const token = "t-_".repeat(14);

test("a scanned invitation of this server is followed within the page", () => {
  for (const said of [`${here}/j/${token}`, ` ${here}/j/${token}\n`, `${here}/j/${token}/`, `${here}/j#${token}`]) {
    assert.equal(invitationPath(said, here), `/j/${token}`);
  }
});

test("any other code leads nowhere", () => {
  const others = [
    "", "hello", `/j/${token}`, `http://play.example/j/${token}`, `https://play.example.evil.example/j/${token}`,
    `https://evil.example/j/${token}`, `https://play.example:8443/j/${token}`, `https://play.example@evil.example/j/${token}`,
    `https://me:secret@play.example/j/${token}`, `${here}/you`, `${here}/#password-reset=${token}`, `${here}/j/short`,
    `${here}/j/${token}/more`, `${here}/j/../you#${token}`, `javascript:alert("${here}/j/${token}")`, `${here}/j/%2e%2e%2f${token}`,
  ];
  for (const said of others) assert.equal(invitationPath(said, here), null, said);
});
