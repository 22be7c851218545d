import assert from "node:assert/strict";
import { test } from "node:test";

import { IDENTITY_KEY, IdentityStore, JOINS_PREFIX, UNSENT_KEY } from "../../game_server/web/static/js/account/identity.js";
import { Lock, LOCK_KEY } from "../../game_server/web/static/js/shell/lock.js";
import { chance, fault, MOST_TRIES, spent, tried } from "../../game_server/web/static/js/shell/pin.js";
import { settled, storage } from "./plays.mjs";

const PIN = "271828";
const WRONG = "314159";
const mara = { kind: "user", id: "mara", access: "top-secret", refresh: "more-secret", remember: true, name: "Mara", completed: true };

/** A phone with somebody on it, and its lock; `again` is the same phone after the page was closed, `another` another tab of it. */
function phone(kept = storage(), time = { now: 1_000_000 }, tab = storage()) {
  const lock = new Lock(kept, { now: () => time.now, rounds: 10, fleeting: tab });
  const store = new IdentityStore(lock.vault, lock.tab);
  return { kept, tab, time, lock, store, again: () => phone(kept, time, tab), another: (its = storage()) => phone(kept, time, its) };
}

async function lockedPhone() {
  const one = phone();
  one.store.save(mara);
  one.kept.setItem(UNSENT_KEY, JSON.stringify({ answers: { B1a: "N" }, at: null, owner: "user:mara" }));
  await one.lock.set(PIN, { kind: "user", after: 120 });
  return one;
}

/** What is sealed is written when the browser's own threads are done with it. */
async function sealsAnew(kept, act) {
  const name = `attuned.sealed.${IDENTITY_KEY}`;
  const before = kept.getItem(name);
  act();
  while (kept.getItem(name) === before) await new Promise((resolve) => setImmediate(resolve));
}

const everything = ({ kept }) => [...kept.kept.entries()].flat().join(" ");

test("a PIN has six digits that are not the first anybody would try", () => {
  assert.deepEqual(
    ["27182", "27182a", "", "000000", "123456", "987654", "890123", "1234567890123", "271828", "112233"].map(fault),
    ["short", "digits", "short", "easy", "easy", "easy", "easy", "short", null, null],
  );
});

test("after three wrong PINs one waits, longer each time, and after ten there is nothing left to try", () => {
  let wrong = { tries: 0, until: 0 };
  const waits = [];
  for (let each = 0; each < MOST_TRIES; each++) {
    assert.equal(spent(wrong), false);
    wrong = tried(wrong, 0);
    waits.push(chance(wrong, 0).waitMs / 1000);
  }
  assert.deepEqual(waits.slice(0, 9), [0, 0, 5, 15, 30, 60, 300, 900, 1800]);
  assert.equal(spent(wrong), true);
  assert.ok(chance({ tries: 5, until: 10 ** 15 }, 0).waitMs <= 1_800_000, "a clock that was set back locks nobody out for years");
});

test("a locked phone keeps no token, name or answer that could be read", async () => {
  const one = await lockedPhone();
  assert.doesNotMatch(everything(one), /secret|Mara|B1a/);
  assert.equal(one.kept.getItem(IDENTITY_KEY), null);
  assert.equal(one.store.current().access, "top-secret", "but this tab goes on");
});

test("it is locked at the start, and the PIN opens it", async () => {
  const { store, lock } = (await lockedPhone()).again();
  assert.deepEqual([lock.locked, store.current(), store.owner()], [true, null, ""]);
  assert.deepEqual(await lock.open(WRONG), { t: "wrong", left: 9, waitMs: 0 });
  assert.deepEqual([lock.locked, store.current()], [true, null]);
  assert.deepEqual(await lock.open(PIN), { t: "open" });
  assert.equal(store.current().refresh, "more-secret");
  assert.equal(lock.kept().tries, 0);
  assert.match(store.shelf().getItem(UNSENT_KEY), /B1a/);
});

test("a wrong PIN counts before it is looked at, and closing the page gives no try back", async () => {
  const one = await lockedPhone();
  const trying = one.again().lock.open(WRONG);
  await settled();
  assert.equal(one.lock.kept().tries, 1);
  await trying;
  const { lock, time } = one.again();
  await lock.open(WRONG);
  await lock.open(WRONG);
  assert.deepEqual(await lock.open(PIN), { t: "later" }, "not even the right one, while one has to wait");
  time.now += 5000;
  assert.deepEqual(await lock.open(PIN), { t: "open" });
});

test("after ten wrong PINs what was stored is gone", async () => {
  const { lock, store, time, kept } = (await lockedPhone()).again();
  let last;
  for (let each = 0; each < MOST_TRIES; each++) {
    last = await lock.open(WRONG);
    time.now += 2_000_000;
  }
  assert.deepEqual(last, { t: "dropped" });
  assert.deepEqual([lock.on, lock.locked, store.current(), kept.kept.size], [false, false, null, 0]);
});

test("tokens that come while it is locked are sealed, not shown", async () => {
  const { lock, store, kept, again } = await lockedPhone();
  lock.vault.shut();
  await sealsAnew(kept, () => store.save({ ...mara, refresh: "newer" }));
  assert.equal(store.current(), null);
  const next = again();
  await next.lock.open(PIN);
  assert.equal(next.store.current().refresh, "newer");
});

test("whoever is locked out takes nothing away", async () => {
  const one = await lockedPhone();
  const { store, lock } = one.again();
  store.clear();
  await lock.open(PIN);
  assert.equal(store.current().name, "Mara");
});

test("signing out takes what was sealed along", async () => {
  const { store, kept, lock } = await lockedPhone();
  store.leave();
  await settled();
  assert.deepEqual([...kept.kept.keys()], [LOCK_KEY]);
  assert.equal(lock.locked, false);
});

test("switched off, all lies as it did before", async () => {
  const { lock, store, kept } = (await lockedPhone()).again();
  assert.equal((await lock.off(WRONG)).t, "wrong");
  assert.deepEqual(await lock.off(PIN), { t: "open" });
  assert.deepEqual([...kept.kept.keys()].sort(), [IDENTITY_KEY, UNSENT_KEY]);
  assert.equal(store.current().access, "top-secret");
});

test("another tab hears of tokens that were renewed in this one", async () => {
  const one = await lockedPhone();
  const other = one.again();
  await other.lock.open(PIN);
  await sealsAnew(one.kept, () => one.store.save({ ...mara, refresh: "newer" }));
  await other.lock.vault.heard(`attuned.sealed.${IDENTITY_KEY}`);
  assert.equal(other.store.current().refresh, "newer");
});

const INVITATION = `${JOINS_PREFIX}invitation.1`;
const guest = { ...mara, id: "guest", access: "guest-secret", refresh: "guest-too", remember: false, name: "Guest" };

test("invitations of a tab are sealed with the rest, and are there again", async () => {
  const one = await lockedPhone();
  one.lock.tab.setItem(INVITATION, "one-time words");
  await one.lock.open(PIN); // whatever is being sealed is, by then
  assert.doesNotMatch(everything({ kept: one.tab }), /one-time/);
  const { lock } = one.again();
  assert.equal(lock.tab.getItem(INVITATION), null);
  await lock.open(PIN);
  assert.equal(lock.tab.getItem(INVITATION), "one-time words");
  await lock.off(PIN);
  assert.deepEqual([...one.tab.kept.entries()], [[INVITATION, "one-time words"]]);
});

test("a tab of another account is locked with the phone, and sealed by the first PIN that opens it", async () => {
  const its = storage();
  its.setItem(IDENTITY_KEY, JSON.stringify(guest));
  const { lock, store } = (await lockedPhone()).another(its);
  assert.deepEqual([lock.locked, store.current()], [true, null]);
  await lock.open(PIN);
  assert.equal(store.current().name, "Guest");
  assert.doesNotMatch(everything({ kept: its }), /secret/);
});

test("a lock that is taken off in one tab is off in the others, with what was theirs", async () => {
  const one = await lockedPhone();
  const its = storage();
  its.setItem(IDENTITY_KEY, JSON.stringify(guest));
  const other = one.another(its);
  await other.lock.open(PIN);
  await one.lock.off(PIN);
  other.lock.ended();
  assert.equal(JSON.parse(its.getItem(IDENTITY_KEY)).name, "Guest");
  await one.lock.set(PIN, { kind: "user", after: 120 });
  assert.equal(other.lock.locked, true, "also by a lock that was set after it");
});
