import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { IdentityStore } from "../../game_server/web/static/js/account/identity.js";
import { signOut } from "../../game_server/web/static/js/account/login.js";
import { Api, ApiError } from "../../game_server/web/static/js/api.js";
import { alone } from "../../game_server/web/static/js/ui/alone.js";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

const shelf = () => {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
};
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
