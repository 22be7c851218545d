import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { IdentityStore } from "../../game_server/web/static/js/account/identity.js";
import { eraseMe, signOut } from "../../game_server/web/static/js/account/login.js";
import { Api, ApiError } from "../../game_server/web/static/js/api.js";
import { Tabs } from "../../game_server/web/static/js/account/tabs.js";
import { alone } from "../../game_server/web/static/js/ui/alone.js";
import { storage } from "./plays.mjs";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

const shelf = () => storage();
const user = { kind: "user", access: "old", refresh: "r1", remember: true, name: "Mara", completed: true };
const refused = (status, code, more = {}) =>
  new Response(JSON.stringify({ error: { code, message: code, fields: null, request_id: "1", ...more } }), { status });

/** An Api whose server is a function of the request. */
function against(server, identity = user) {
  const scene = { asked: [], changes: 0 };
  const identities = new IdentityStore(shelf(), shelf());
  identities.save(identity);
  globalThis.fetch = async (path, init) => {
    const asked = {
      path,
      method: init.method,
      token: init.headers.Authorization,
      key: init.headers["Idempotency-Key"],
      body: init.body && JSON.parse(init.body),
    };
    scene.asked.push(asked);
    return server(asked, scene.asked.length);
  };
  scene.api = new Api(identities, () => scene.changes++);
  return scene;
}

const renewing = ({ path, token }) => {
  if (path === "/api/auth/refresh") return Response.json({ access_token: "new", refresh_token: "r2", expires_in: 900 });
  return token === "Bearer new" ? Response.json({ ok: true }) : refused(401, "unauthorized");
};

test("a token that has run out is renewed once and the request repeated", async () => {
  const scene = against(renewing);
  assert.deepEqual(await scene.api.get("/api/me"), { ok: true });
  assert.deepEqual(
    scene.asked.map((each) => each.path),
    ["/api/me", "/api/auth/refresh", "/api/me"],
  );
  assert.deepEqual(scene.api.identities.current(), { ...user, access: "new", refresh: "r2" });
});

test("requests that fail together renew together", async () => {
  const scene = against(renewing);
  await Promise.all([scene.api.get("/api/me"), scene.api.get("/api/sessions"), scene.api.post("/api/ws-tickets", {})]);
  assert.equal(scene.asked.filter((each) => each.path === "/api/auth/refresh").length, 1);
});

test("a login that has ended leads back to the door", async () => {
  const scene = against(() => refused(401, "unauthorized"));
  await assert.rejects(scene.api.get("/api/me"), { code: "unauthorized" });
  assert.equal(scene.api.identities.current(), null);
  assert.equal(scene.changes, 1);
});

test("a renewal whose answer is lost is asked for again with the same token", async () => {
  const scene = against((asked) => {
    if (asked.path !== "/api/auth/refresh") return renewing(asked);
    const tries = scene.asked.filter((each) => each.path === "/api/auth/refresh").length;
    if (tries === 1) throw new TypeError("cut");
    return tries === 2 ? refused(503, "unavailable") : renewing(asked);
  });
  assert.deepEqual(await scene.api.get("/api/me"), { ok: true });
  const renewals = scene.asked.filter((each) => each.path === "/api/auth/refresh");
  assert.deepEqual(
    renewals.map((each) => each.body.refresh_token),
    ["r1", "r1", "r1"],
  );
  assert.equal(scene.api.identities.token(), "new");
});

test("only a clear no ends a login", async () => {
  for (const answer of [
    () => refused(500, "internal"),
    () => refused(429, "rate_limited"),
    () => refused(422, "invalid"),
    () => new Response("<html>Welcome to our hotel</html>"),
  ]) {
    const scene = against(({ path }) => (path === "/api/auth/refresh" ? answer() : refused(401, "unauthorized")));
    await assert.rejects(scene.api.get("/api/me"), ApiError);
    assert.deepEqual(scene.api.identities.current(), user);
    assert.equal(scene.changes, 0);
  }
});

test("whoever signs out while their token is renewed stays signed out", async () => {
  const scene = against((asked) => {
    if (asked.path === "/api/auth/refresh") scene.api.identities.leave();
    return renewing(asked);
  });
  await assert.rejects(scene.api.get("/api/me"), { status: 401 });
  assert.equal(scene.api.identities.current(), null);
});

test("what one person asked for is not asked for the person another tab has signed in", async () => {
  const lasting = shelf();
  const jonas = { ...user, id: "jonas", access: "new", name: "Jonas" };
  const scene = against(() => {
    lasting.setItem("attuned.identity", JSON.stringify(jonas));
    return refused(401, "unauthorized");
  });
  scene.api.identities = new IdentityStore(lasting, shelf());
  scene.api.identities.save({ ...user, id: "mara" });
  await assert.rejects(scene.api.patch("/api/survey/progress", { answers: { A1: 1 } }), { status: 401 });
  assert.equal(scene.asked.length, 1);
  assert.deepEqual(scene.api.identities.current(), jonas);
});

test("a duplicated tab takes the newer tokens of the other instead of using the old one again", async () => {
  const channels = [];
  const channel = () => {
    const made = {
      postMessage: (data) => channels.filter((each) => each !== made).forEach((each) => each.onmessage({ data })),
    };
    channels.push(made);
    return made;
  };
  const session = { ...user, id: "mara", remember: false };
  const tab = () => {
    const scene = against(renewing, session);
    const tabs = new Tabs(scene.api.identities, channel());
    scene.api.catchUp = (mine) => tabs.catchUp(mine);
    return scene;
  };
  const [one, two] = [tab(), tab()]; // both ask the second one's server
  const renewals = () => two.asked.filter((each) => each.path === "/api/auth/refresh").length;
  await one.api.get("/api/me");
  assert.equal(two.api.identities.current().refresh, "r2");
  two.api.identities.save(session); // it had been asleep, and heard nothing
  await two.api.get("/api/me");
  assert.equal(renewals(), 1);
  assert.equal(two.api.identities.token(), "new");
  one.api.identities.leave();
  assert.equal(two.api.identities.current(), null);
});

test("a renewal that the network loses signs nobody out", async () => {
  const scene = against(({ path }) => {
    if (path === "/api/auth/refresh") throw new TypeError("no network");
    return refused(401, "unauthorized");
  });
  await assert.rejects(scene.api.get("/api/me"), { status: 0, code: "offline" });
  assert.equal(scene.api.identities.token(), "old");
});

test("what one person asked for is not asked again with the next one's token", async () => {
  const next = { ...user, access: "next", name: "Jonas" };
  const scene = against(() => {
    if (scene.asked.length === 1) {
      scene.api.identities.clear();
      scene.api.identities.save(next);
    }
    return refused(401, "unauthorized");
  });
  await assert.rejects(scene.api.patch("/api/survey/progress", { answers: { A1: 1 } }), { code: "unauthorized" });
  assert.equal(scene.asked.length, 1);
  assert.deepEqual(scene.api.identities.current(), next);
});

test("signing out works without a network", async () => {
  const scene = against(() => {
    throw new TypeError("no network");
  });
  await signOut(scene.api);
  assert.equal(scene.api.identities.current(), null);
});

test("signing out is quick, and a token that has run out is renewed to say it", async () => {
  const scene = against((asked) =>
    asked.token === "Bearer new" ? new Response(null, { status: 204 }) : renewing(asked),
  );
  const leaving = signOut(scene.api);
  assert.equal(scene.api.identities.current(), null);
  assert.equal(await leaving, null);
  assert.deepEqual(
    scene.asked.map((each) => each.path),
    ["/api/auth/logout", "/api/auth/refresh", "/api/auth/logout"],
  );
});

test("a login that could not be ended on the server is said to be open there", async () => {
  const scene = against(() => refused(503, "unavailable"));
  assert.deepEqual(await signOut(scene.api), user);
  assert.equal(scene.api.identities.current(), null);
});

test("an erasure whose answer was lost is certain once the server knows the token no more", async () => {
  const anonymous = { kind: "anonymous", id: "i", token: "t", since: 0, name: null, completed: true };
  const scene = against(() => {
    if (scene.asked.length === 1) throw new TypeError("cut");
    return refused(401, "unauthorized");
  }, anonymous);
  await assert.rejects(eraseMe(scene.api), { status: 0 });
  assert.deepEqual(scene.api.identities.current(), anonymous);
  await eraseMe(scene.api);
  assert.equal(scene.api.identities.current(), null);
  assert.deepEqual(
    scene.asked.map((each) => [each.method, each.path, each.token]),
    [1, 2].map(() => ["DELETE", "/api/anonymous-sessions", "Bearer t"]),
  );
});

test("a token that ran out since an erasure without an answer is no proof that it was done", async () => {
  let pressed = 0;
  const scene = against((asked) => {
    if (asked.path === "/api/me" && asked.method === "GET") return Response.json({ ok: true });
    if (asked.method === "DELETE" && pressed === 1) return refused(503, "unavailable");
    if (asked.method === "DELETE" && asked.token === "Bearer new") return new Response(null, { status: 204 });
    return renewing(asked);
  });
  pressed = 1;
  await assert.rejects(eraseMe(scene.api), { status: 503 });
  pressed = 2;
  await eraseMe(scene.api);
  assert.deepEqual(
    scene.asked.filter((each) => each.method === "DELETE").map((each) => each.token),
    ["Bearer old", "Bearer old", "Bearer new"],
  );
  assert.equal(scene.api.identities.current(), null);
});

test("what one person tried to erase says nothing about the next one", async () => {
  const scene = against(({ method }) => (method === "GET" ? Response.json({ ok: true }) : refused(503, "unavailable")));
  await assert.rejects(eraseMe(scene.api), { status: 503 });
  scene.api.identities.leave();
  scene.api.identities.save({ kind: "anonymous", id: "j", token: "u", since: 0, name: null, completed: true });
  globalThis.fetch = async () => refused(401, "unauthorized");
  await assert.rejects(eraseMe(scene.api), { status: 401 });
});

test("an anonymous player whose token is refused starts again", async () => {
  const anonymous = { kind: "anonymous", id: "i", token: "t", since: 0, name: null, completed: true };
  const scene = against(() => refused(401, "unauthorized"), anonymous);
  await assert.rejects(scene.api.get("/api/sessions"), ApiError);
  assert.equal(scene.api.identities.current(), null);
  assert.equal(scene.asked.length, 1);
});

test("a player the server wants to know more about is asked", async () => {
  const scene = against(() => refused(403, "profile_required"));
  await assert.rejects(scene.api.get("/api/sessions"), { code: "profile_required" });
  assert.equal(scene.api.identities.current().completed, false);
  assert.equal(scene.changes, 1);
});

test("what is created is asked for again with the same key when the answer was lost", async () => {
  const scene = against((_, count) => {
    if (count === 1) throw new TypeError("cut");
    return Response.json({ session_id: "s" }, { status: 201 });
  });
  assert.deepEqual(await scene.api.create("/api/sessions", {}), { session_id: "s" });
  assert.equal(scene.asked[0].key, scene.asked[1].key);
});

test("what is created is not made twice when the person presses again after no answer came", async () => {
  const scene = against((_, count) => {
    if (count <= 2) throw new TypeError("cut");
    return Response.json({ session_id: "s" }, { status: 201 });
  });
  await assert.rejects(scene.api.create("/api/sessions", { a: 1 }), { status: 0 });
  await scene.api.create("/api/sessions", { a: 1 });
  await scene.api.create("/api/sessions", { a: 1 });
  const keys = scene.asked.map((each) => each.key);
  assert.deepEqual([keys[0] === keys[1], keys[1] === keys[2], keys[2] === keys[3]], [true, true, false]);
});

test("an answer that is cut in the middle, or comes from somebody in between, is none", async () => {
  const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("cut")) });
  for (const answer of [() => new Response(broken), () => new Response("<html>", { status: 200 })]) {
    const scene = against(answer);
    await assert.rejects(scene.api.get("/api/sessions"), { status: 0, code: "offline" });
  }
});

test("an error keeps its code, its fields and how long to wait", async () => {
  const scene = against(
    () =>
      new Response(JSON.stringify({ error: { code: "rate_limited", message: "Slowly.", fields: { a: "b" } } }), {
        status: 429,
        headers: { "Retry-After": "7" },
      }),
  );
  const error = await scene.api.get("/api/me").catch((each) => each);
  assert.deepEqual(
    [error.code, error.message, error.fields, error.retryAfter, error.passing],
    ["rate_limited", "Slowly.", { a: "b" }, 7, true],
  );
});

test("an answer that is no JSON is still an answer", async () => {
  const scene = against(() => new Response("<html>", { status: 502 }));
  await assert.rejects(scene.api.get("/api/me"), { status: 502, code: "refused" });
  const empty = against(() => new Response(null, { status: 204 }));
  assert.equal(await empty.api.post("/api/auth/logout", {}), null);
});

test("tabs without locks take their turns", async () => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  const shared = shelf();
  const log = [];
  const act = (name) => async () => {
    log.push(`${name} in`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`${name} out`);
  };
  await Promise.all([alone("turn", shared, act("one")), alone("turn", shared, act("two"))]);
  assert.equal(log.length, 4);
  assert.deepEqual(
    log.map((each) => each.split(" ")[1]),
    ["in", "out", "in", "out"],
  );
});
