import assert from "node:assert/strict";
import { test } from "node:test";

import { STATES } from "../../game_server/web/gallery/states.js";

test("no two states of the gallery have one name: of those only the first could be looked at", () => {
  const names = STATES.map(({ name }) => name);
  assert.deepEqual(names.filter((name, place) => names.indexOf(name) !== place), []);
});
