import assert from "node:assert/strict";
import { test } from "node:test";

import { anchorOf, outline, pointOf } from "../../game_server/web/static/js/profile/radar.js";
import {
  arousalWords,
  levelWords,
  limitWords,
  mutualWords,
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

test("a leaning is said only where there is one", () => {
  const words = (orientation, band, more) => powerWords({ orientation, confidence_band: band, ...more });
  assert.equal(words("Switch", "Moderate confidence"), "You like both, leading and following.");
  assert.equal(words("Switch", "Moderate confidence", { faint: true }), "Neither leading nor following stands out for you.");
  assert.equal(words("Top", "Moderate confidence", { faint: true }), "Neither stands out for you; if anything, leading.");
  assert.match(words("Versatile/Undefined", null, { answered: false }), /^You have not answered/);
});

test("arousal is said in bands, and of what was not answered nothing is said", () => {
  const low = { score: 0, band: "Low" };
  const open = { score: null, band: null };
  const found = (se, sis_p, sis_c) =>
    arousalWords({ se, sis_p, sis_c }).map(({ key, band, percent }) => [key, band, percent]);
  assert.deepEqual(found(open, open, open), []);
  assert.deepEqual(arousalWords({}), []);
  assert.deepEqual(found({ score: 0.83, band: "High" }, open, open), [["se", "Much", 83]]);
  assert.deepEqual(found(low, low, low), [
    ["se", "Little", 0],
    ["sis_p", "Little", 0],
    ["sis_c", "Little", 0],
  ]);
});

test("what is mutual is said from the reader's side, with who gives", () => {
  const words = (key, gives) => mutualWords({ key, gives }, "Ben");
  assert.deepEqual(words("massage_give", "me"), { key: "massage_give", note: "You give, Ben receives" });
  assert.deepEqual(words("massage_give", "partner"), { key: "massage_receive", note: "Ben gives, you receive" });
  assert.deepEqual(words("stripping_self", "partner"), { key: "watching_strip", note: "Ben shows, you watch" });
  assert.deepEqual(words("begging_give", "me"), { key: "begging_give", note: "You listen, Ben begs" });
  assert.deepEqual(words("commands_give", "partner"), { key: "commands_receive", note: "Ben leads, you follow" });
  assert.deepEqual(words("dirty_talk", "both"), { key: "dirty_talk", note: null });
});

test("a level has kind words", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(levelWords),
    ["A beginning", "Something", "A good deal", "Much", "Very much"],
  );
});

test("a limit that the page does not know keeps its name", () => {
  assert.deepEqual(limitWords(["hardBoundaryAnal", "hardBoundaryNew"]), ["Anal play", "hardBoundaryNew"]);
});
