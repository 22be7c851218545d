import assert from "node:assert/strict";
import { test } from "node:test";

import { anchorOf, outline, pointOf } from "../../game_server/web/static/js/profile/radar.js";
import {
  arousalWords,
  limitWords,
  partnerPowerWords,
  powerWords,
} from "../../game_server/web/static/js/profile/words.js";

const centre = { x: 0, y: 0 };

test("the first ray points up and the others follow clockwise", () => {
  assert.deepEqual(pointOf(0, 4, 100, centre, 10), { x: 0, y: -10 });
  assert.deepEqual(pointOf(1, 4, 100, centre, 10), { x: 10, y: 0 });
  assert.deepEqual(pointOf(2, 4, 50, centre, 10), { x: 0, y: 5 });
});

test("nothing lies in the centre, and no value leaves the drawing", () => {
  const [zero, below, full, above] = [[0], [-5], [100], [250]].map(outline);
  assert.equal(zero, below);
  assert.equal(full, above);
  assert.notEqual(zero, full);
  assert.equal(outline([10, 20, 30, 40, 50]).split(" ").length, 5);
});

test("labels stand outside the drawing", () => {
  assert.equal(anchorOf({ x: 0, y: -9 }, centre), "middle");
  assert.equal(anchorOf({ x: 8, y: 0 }, centre), "start");
  assert.equal(anchorOf({ x: -8, y: 0 }, centre), "end");
});

test("power has words for every orientation", () => {
  const words = (orientation, band) => powerWords({ orientation, confidence_band: band });
  assert.equal(words("Top", "High confidence"), "You like to lead – a strong leaning.");
  assert.equal(words("Versatile/Undefined", null), "You are open: who leads matters little.");
  assert.equal(words(null, null), "You are open: who leads matters little.");
  assert.equal(partnerPowerWords("Kim", { orientation: "Bottom" }), "Kim likes to follow.");
  assert.equal(partnerPowerWords("Kim", {}), "Kim is open about who leads.");
});

test("arousal is said in bands, and not at all where nothing of it was answered", () => {
  const none = { score: 0, band: "Low" };
  assert.deepEqual(arousalWords({ se: none, sis_p: none, sis_c: none }), []);
  const found = arousalWords({ se: { score: 0.83, band: "High" }, sis_p: none, sis_c: none });
  assert.deepEqual(
    found.map(({ key, band, percent }) => [key, band, percent]),
    [
      ["se", "Much", 83],
      ["sis_p", "Little", 0],
      ["sis_c", "Little", 0],
    ],
  );
});

test("a limit that the page does not know keeps its name", () => {
  assert.deepEqual(limitWords(["hardBoundaryAnal", "hardBoundaryNew"]), ["Anal play", "hardBoundaryNew"]);
});
