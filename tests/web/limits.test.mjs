import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../game_server/web/static/js/api.js";
import { OwnLimits } from "../../game_server/web/static/js/account/ownlimits.js";

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

/** A server that keeps limits as they are sent. */
function keeper(known) {
  const sent = [];
  const own = new OwnLimits({ patch: async (_path, body) => void sent.push(body) }, () => {}, known);
  return { own, sent };
}

test("what is touched is sent at once, with all that stands beside it", async () => {
  const { own, sent } = keeper({ ...KEPT, maybe_items: ["a"], asked: true });
  own.mark("b", true);
  own.mark("a", false);
  own.change("hardBoundaryAnal", "soft");
  await own.answered();
  assert.deepEqual(sent.map(({ maybe_items }) => maybe_items), [["a", "b"], ["b"], ["b"]]);
  assert.deepEqual(sent.at(-1), { hard_limits: KEPT.hard_limits, soft_limits: ["hardBoundaryAnal"], maybe_items: ["b"] });
});

test("whoever was not asked answers by being done, also with nothing but what is fine, and once", async () => {
  const { own, sent } = keeper({ hard_limits: [], soft_limits: [], maybe_items: [], asked: false });
  await own.answered();
  await own.answered();
  assert.deepEqual(sent, [{ hard_limits: [], soft_limits: [], maybe_items: [] }]);
  assert.equal(own.known.asked, true);
});
