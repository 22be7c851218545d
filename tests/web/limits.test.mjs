import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../game_server/web/static/js/api.js";
import { OwnLimits } from "../../game_server/web/static/js/room/limits.js";

const KEPT = { hard_limits: ["hardBoundaryImpact"], soft_limits: [], maybe_items: [] };
const offline = () => Promise.reject(new ApiError(0, "offline", "no"));

/** The sheet's limits, opened; then the line breaks for whatever is saved, and for `get` too if it says so. */
async function opened(get = () => Promise.resolve({ boundaries: KEPT })) {
  const own = new OwnLimits({ get: () => Promise.resolve({ boundaries: KEPT }), patch: offline }, () => {});
  await own.read();
  own.api.get = get;
  own.change("hardBoundaryImpact", "fine");
  await new Promise((settled) => setTimeout(settled));
  return own;
}

test("what could not be saved is said, beside what is kept", async () => {
  const own = await opened();
  assert.match(own.problem, /^This is not saved/);
  assert.deepEqual(own.known, KEPT);
});

test("what could neither be saved nor read is not shown as if it were kept", async () => {
  const own = await opened(offline);
  assert.match(own.problem, /^This is not saved/);
  assert.equal(own.known, null);
});
