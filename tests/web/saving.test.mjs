import assert from "node:assert/strict";
import { test } from "node:test";

import { IDENTITY_KEY, IdentityStore, UNSENT_KEY } from "../../game_server/web/static/js/account/identity.js";
import { keepUnsent, unsentOf } from "../../game_server/web/static/js/account/unsent.js";
import { ApiError } from "../../game_server/web/static/js/api.js";
import { Saving } from "../../game_server/web/static/js/survey/saving.js";
import { Timers, settled, storage } from "./plays.mjs";

const shelf = () => storage();
const offline = () => {
  throw new ApiError(0, "offline", "no");
};

/** A saving whose server is a function of the request; what it took is merged as the real one does. */
function against(server = () => {}, kept = shelf()) {
  const scene = { sent: [], had: {}, kept, owner: "user:mara", timers: new Timers(), states: [] };
  const send = async (body) => {
    scene.sent.push(structuredClone(body));
    await server(body, scene.sent.length);
    for (const [id, answer] of Object.entries(body.answers)) {
      if (answer === null) delete scene.had[id];
      else scene.had[id] = answer;
    }
    return { answers: { ...scene.had } };
  };
  scene.saving = new Saving({
    send,
    shelf: () => kept,
    owner: () => scene.owner,
    after: scene.timers.after,
    dice: () => 0,
  });
  scene.saving.changed = () => scene.states.push(scene.saving.state);
  return scene;
}

test("answers given quickly are sent together, with the place", async () => {
  const scene = against();
  scene.saving.put({ A1: 3 }, "A2");
  scene.saving.put({ A2: 5 }, "A3");
  assert.equal(scene.timers.waiting.size, 1);
  scene.timers.run();
  await settled();
  assert.deepEqual(scene.sent, [{ answers: { A1: 3, A2: 5 }, current_question: "A3" }]);
  assert.equal(scene.saving.state, "saved");
  assert.equal(scene.kept.kept.size, 0);
});

test("nothing is sent when nothing waits", async () => {
  const scene = against();
  assert.equal(await scene.saving.flush(), true);
  assert.deepEqual(scene.sent, []);
});

test("an answer that could not be sent is kept, told and sent again", async () => {
  const scene = against((_, count) => count < 3 && offline());
  scene.saving.put({ B1a: "N" }, "B1b");
  scene.timers.run();
  await settled();
  assert.equal(scene.saving.state, "failing");
  const first = scene.timers.run();
  await settled();
  const second = scene.timers.run();
  await settled();
  assert.ok(second > first);
  assert.deepEqual(scene.had, { B1a: "N" });
  assert.equal(scene.saving.state, "saved");
  assert.equal(scene.timers.waiting.size, 0);
});

test("answers that waited are still there when the page is opened again", async () => {
  const before = against(offline);
  before.saving.put({ A1: 3 }, "A2");
  await before.saving.flush();
  const after = against(undefined, before.kept);
  assert.deepEqual(after.saving.over({ A1: 1, A5: 2 }), { A1: 3, A5: 2 });
  assert.equal(await after.saving.flush(), true);
  assert.deepEqual(after.had, { A1: 3 });
});

test("what is changed while it is being sent is sent again", async () => {
  const scene = against(async (_, count) => {
    if (count === 1) scene.saving.put({ A1: 4 });
    await settled();
  });
  scene.saving.put({ A1: 3, A2: 2 });
  assert.equal(await scene.saving.flush(), true);
  assert.deepEqual(scene.sent, [{ answers: { A1: 3, A2: 2 } }, { answers: { A1: 4 } }]);
  assert.deepEqual(scene.had, { A1: 4, A2: 2 });
});

test("never two at a time", async () => {
  let under = 0;
  const scene = against(async () => {
    assert.equal(++under, 1);
    await settled();
    under--;
  });
  scene.saving.put({ A1: 3 });
  await Promise.all([scene.saving.flush(), scene.saving.flush(), scene.saving.flush()]);
  assert.equal(scene.sent.length, 1);
});

test("a cleared answer is cleared on the server too", async () => {
  const scene = against();
  scene.saving.put({ A1: 3 });
  await scene.saving.flush();
  scene.saving.put({ A1: null });
  assert.deepEqual(scene.saving.over({ A1: 3 }), {});
  await scene.saving.flush();
  assert.deepEqual(scene.had, {});
});

test("what the server refuses is told by question, and holds up nothing else", async () => {
  const scene = against(({ answers }) => {
    if (answers.A1 === 9) throw new ApiError(422, "invalid", "wrong", { "answers.A1": "From 1 to 7." });
  });
  scene.saving.put({ A1: 9, A2: 5 }, "A3");
  assert.equal(await scene.saving.flush(), true);
  assert.deepEqual([...scene.saving.refused], [["A1", "From 1 to 7."]]);
  assert.deepEqual(scene.sent[1], { answers: { A2: 5 }, current_question: "A3" });
  scene.saving.put({ A1: 7 });
  assert.equal(scene.saving.refused.size, 0);
});

test("a place that the server does not know is given up, not the answers", async () => {
  const scene = against(({ current_question: at }) => {
    if (at) throw new ApiError(422, "invalid", "wrong", { current_question: "No such question." });
  });
  scene.saving.put({ A1: 2 }, "Z9");
  assert.equal(await scene.saving.flush(), true);
  assert.deepEqual(scene.had, { A1: 2 });
});

test("a server that is busy says when to come again", async () => {
  const scene = against((_, count) => {
    if (count === 1) throw new ApiError(429, "rate_limited", "slowly", null, 7);
  });
  scene.saving.put({ A1: 2 });
  await scene.saving.flush();
  assert.equal(scene.timers.run(), 7000);
});

const user = { kind: "user", access: "a", refresh: "r", remember: false, name: null, completed: true };

test("unsent answers wait where the person's token waits, survive its renewal, and leave with the person", () => {
  const [lasting, fleeting] = [shelf(), shelf()];
  const store = new IdentityStore(lasting, fleeting);
  store.save(user);
  store.shelf().setItem(UNSENT_KEY, "{}");
  assert.ok(fleeting.kept.has(UNSENT_KEY));
  store.save({ ...user, access: "b" });
  assert.ok(fleeting.kept.has(UNSENT_KEY));
  store.clear();
  assert.deepEqual([lasting.kept.size, fleeting.kept.size], [0, 0]);
  store.save({ ...user, remember: true });
  assert.equal(store.shelf(), lasting);
});

test("a login that is kept in the browser from now on takes along what was not sent, and no tab keeps a copy", () => {
  const [lasting, fleeting, elsewhere] = [storage(), storage(), storage()];
  const store = new IdentityStore(lasting, fleeting);
  const copy = new IdentityStore(lasting, elsewhere);
  const session = { ...user, id: "mara" };
  for (const each of [store, copy]) each.save(session);
  const unsent = { answers: { A1: 5 }, at: "A2" };
  keepUnsent(store.shelf(), store.owner(), unsent);
  copy.leaveTo(JSON.stringify({ ...session, id: "jonas", remember: true }));
  assert.equal(copy.shelf(), elsewhere);
  store.save({ ...session, remember: true });
  copy.leaveTo(lasting.getItem(IDENTITY_KEY));
  assert.deepEqual([fleeting.kept.size, elsewhere.kept.size], [0, 0]);
  assert.deepEqual(unsentOf(store.shelf(), store.owner()), unsent);
  copy.leaveTo(null);
  assert.equal(copy.owner(), "user:mara");
});

test("a storage that is full or shut loses no answer and is not said to keep it", async () => {
  for (const kept of [storage(10), Object.assign(storage(), { shut: true })]) {
    const scene = against((_, count) => count === 1 && offline(), kept);
    scene.saving.put({ A1: 3 }, "A2");
    scene.timers.run();
    await settled();
    assert.deepEqual([scene.saving.state, scene.saving.kept], ["failing", false]);
    assert.deepEqual(scene.saving.over({}), { A1: 3 });
    scene.timers.run();
    await settled();
    assert.deepEqual(scene.had, { A1: 3 });
    assert.deepEqual([scene.saving.state, scene.saving.empty], ["saved", true]);
  }
});

test("an answer that arrives after somebody else has come takes nothing of theirs", async () => {
  const scene = against(async (_, count) => {
    if (count > 1) return;
    scene.kept.kept.clear();
    scene.owner = "user:jonas";
    scene.saving.put({ A1: 3 });
    await settled();
  });
  scene.saving.put({ A1: 3 });
  await scene.saving.flush();
  assert.deepEqual(scene.saving.unsent().answers, { A1: 3 });
  assert.equal(await scene.saving.flush(), true);
  assert.equal(scene.sent.length, 2);
});

const mara = { ...user, id: "mara", remember: true };
const jonas = { ...mara, id: "jonas" };
const DAY_MS = 24 * 3600 * 1000;

/** A browser, and what its present person has not sent yet. */
function browser() {
  const lasting = storage();
  const store = new IdentityStore(lasting, storage());
  const scene = { lasting, store };
  scene.saving = new Saving({
    send: offline,
    shelf: () => store.shelf(),
    owner: () => store.owner(),
    after: new Timers().after,
    dice: () => 0,
  });
  return scene;
}

test("unsent answers outlive a login that ended by itself, for their giver alone", () => {
  const { lasting, store, saving } = browser();
  store.save(mara);
  saving.put({ B1a: "N" }, "B1b");
  store.end();
  assert.deepEqual(store.ended, { kind: "user", waits: true });
  store.save(jonas);
  assert.deepEqual(saving.over({}), {});
  saving.put({ A1: 1 });
  store.clear();
  store.save(mara);
  assert.deepEqual(saving.unsent(), { answers: { B1a: "N" }, at: "B1b" });
  store.clear();
  assert.equal(lasting.kept.size, 0);
});

test("nothing waits for an anonymous player, who cannot come back", () => {
  const { lasting, store, saving } = browser();
  store.save({ kind: "anonymous", id: "i", token: "t", since: 0, name: null, completed: true });
  saving.put({ B1a: "N" });
  store.end();
  assert.deepEqual(store.ended, { kind: "anonymous", waits: false });
  assert.equal(lasting.kept.size, 0);
});

test("what nobody came back for within a week is gone", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.parse("2030-01-01") });
  const { lasting, store, saving } = browser();
  store.save(mara);
  saving.put({ B1a: "N" });
  store.end();
  t.mock.timers.setTime(Date.parse("2030-01-01") + 6 * DAY_MS);
  store.tidy();
  assert.equal(lasting.kept.size, 1);
  t.mock.timers.setTime(Date.parse("2030-01-01") + 8 * DAY_MS);
  store.tidy();
  assert.equal(lasting.kept.size, 0);
});

test("links and names of partners leave with whoever made them", () => {
  const { store } = browser();
  store.save(mara);
  store.fleeting.setItem("attuned.join.asked.s1", "Jonas");
  store.clear();
  assert.equal(store.fleeting.kept.size, 0);
});

test("a login that the browser cannot keep holds for this visit, and that is said", () => {
  const lasting = Object.assign(storage(), { shut: true });
  const store = new IdentityStore(lasting, storage());
  let said = 0;
  store.notKept = () => said++;
  store.save(mara);
  assert.deepEqual([store.token(), said], ["a", 1]);
  store.save({ ...mara, access: "b", remember: false });
  assert.deepEqual([store.token(), said], ["b", 1]);
  lasting.shut = false;
  store.save({ ...mara, access: "c" });
  assert.equal(said, 1);
  assert.equal(new IdentityStore(lasting, storage()).token(), "c");
});
