import assert from "node:assert/strict";
import { test } from "node:test";

import { withdrawnFrom } from "../../game_server/web/static/js/account/name.js";
import { mutualTopics, mutualWishes } from "../../game_server/web/static/js/pairing/shared.js";
import { yesCount } from "../../game_server/web/static/js/profile/answers.js";
import { dotsOf } from "../../game_server/web/static/js/profile/dots.js";
import { anchorOf, outline, pointOf, radarWords } from "../../game_server/web/static/js/profile/radar.js";
import {
  arousalWords,
  levelWords,
  limitWords,
  mutualWords,
  partnerPowerWords,
  powerWords,
  rolesByKey,
  SHARED,
  SHARING,
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
  const roles = (key, me, partner) => ({ key, roles: { me, partner } });
  assert.deepEqual(words("massage_give", "me"), roles("massage_give", "You give", "Ben receives"));
  assert.deepEqual(words("massage_give", "partner"), roles("massage_receive", "You receive", "Ben gives"));
  assert.deepEqual(words("stripping_self", "partner"), roles("watching_strip", "You watch", "Ben shows"));
  assert.deepEqual(words("begging_give", "me"), roles("begging_give", "You listen", "Ben begs"));
  assert.deepEqual(words("commands_give", "partner"), roles("commands_receive", "You follow", "Ben leads"));
  assert.deepEqual(words("dirty_talk", "both"), { key: "dirty_talk", roles: null });
});

test("what is mutual for two reasons is said once, with who gives", () => {
  const twice = [
    { key: "massage_receive", gives: "both" },
    { key: "massage_give", gives: "partner" },
  ];
  for (const mutual of [twice, [...twice].reverse()]) {
    assert.deepEqual(rolesByKey(mutual, "Ben"), new Map([["massage_receive", { me: "You receive", partner: "Ben gives" }]]));
  }
});

const question = (key, text) => ({ id: text, kind: "ymn", text, key });
const survey = {
  chapters: [
    { title: "Touch", questions: [question("dirty_talk", "Words"), question("massage_give", "Giving a massage")] },
    { title: "Talk", questions: [question("fantasies", "Fantasies"), { id: "A1", kind: "likert7", text: "How much?" }] },
  ],
};

test("the partner's page shows exactly what the server says, who gives what first, in the survey's words", () => {
  const fit = {
    mutual: [
      { key: "dirty_talk", gives: "both" },
      { key: "massage_give", gives: "me" },
    ],
    mutual_topics: ["fantasies"],
  };
  assert.deepEqual(mutualWishes(fit, survey, "Ben"), [
    { text: "Giving a massage", roles: { me: "You give", partner: "Ben receives" } },
    { text: "Words", roles: null },
  ]);
  assert.deepEqual(mutualTopics(fit, survey), ["Fantasies"]);
  assert.deepEqual(mutualWishes({ mutual: [], mutual_topics: [] }, survey, "Ben"), []);
});

test("only a clear yes counts among what a partner may see", () => {
  const profile = { activities: { dirty_talk: 1, massage_give: 0.5 }, truth_topics: { fantasies: 1 } };
  assert.equal(yesCount(profile, survey), 2);
});

test("there are five dots, and never more or fewer", () => {
  assert.deepEqual([-5, 0, 9, 10, 50, 89, 90, 100, 250].map(dotsOf), [0, 0, 0, 1, 3, 4, 5, 5, 5]);
});

test("the drawing is read aloud by its rays", () => {
  assert.equal(
    radarWords([
      { label: "Sensation", value: 78 },
      { label: "Words", value: 36 },
    ]),
    "Sensation 78 of 100, Words 36 of 100",
  );
});

test("each setting of what partners see has a sentence, and two words for a list", () => {
  assert.deepEqual(
    SHARING.map(({ value }) => value),
    Object.keys(SHARED),
  );
  for (const { hint } of SHARING) assert.match(hint, /\.$/);
});

test("what was told about oneself and is left empty is taken back, and nothing else", () => {
  const before = { gender: "woman", sexual_orientation: null, relationship_structure: "open" };
  const data = new FormData();
  data.set("gender", " ");
  data.set("sexual_orientation", "");
  data.set("relationship_structure", "married");
  assert.deepEqual(withdrawnFrom(before, data), { gender: null });
  assert.equal(withdrawnFrom({}, data), null);
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
