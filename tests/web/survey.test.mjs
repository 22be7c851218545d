import assert from "node:assert/strict";
import { test } from "node:test";

import {
  answerWords,
  byChapter,
  formOf,
  labels,
  openOnes,
  questionsOf,
} from "../../game_server/web/static/js/survey/questions.js";
import { Sitting } from "../../game_server/web/static/js/survey/sitting.js";

const survey = {
  version: "0.4",
  short_form: ["A2", "C1"],
  scales: { likert7: [{ value: 1, label: "Not at all" }], ymn: [{ value: "Y", label: "Yes" }] },
  chapters: [
    {
      title: "Power",
      lead_in: "…",
      questions: [
        { id: "A1", kind: "likert7", text: "I" },
        { id: "A2", kind: "likert7", text: "We" },
      ],
    },
    { title: "Touch", lead_in: "…", questions: [{ id: "B1a", kind: "ymn", text: "Massage", key: "massage_receive" }] },
    {
      title: "Safety",
      lead_in: "…",
      questions: [
        {
          id: "C1",
          kind: "checklist",
          text: "Never?",
          options: [
            { value: "x", label: "X" },
            { value: "y", label: "Y" },
          ],
        },
      ],
    },
  ],
};
const ids = (questions) => questions.map((each) => each.id);
const sit = (answers = {}, at = null, form = null) => new Sitting(survey, { answers, at, form });

test("both forms keep the survey's order", () => {
  assert.deepEqual(ids(questionsOf(survey, "short")), ["A2", "C1"]);
  assert.deepEqual(ids(questionsOf(survey, "full")), ["A1", "A2", "B1a", "C1"]);
});

test("who touched a question outside the short form wants them all", () => {
  assert.equal(formOf(survey, { A2: 3 }, "C1"), "short");
  assert.equal(formOf(survey, { A2: 3 }, "B1a"), "full");
  assert.equal(formOf(survey, { A2: 3, A1: 1 }, null), "full");
  assert.equal(formOf(survey, { D1: ["penis"] }, null), "short");
});

test("a sitting resumes where it was left, else at the first open question", () => {
  assert.equal(sit({ A2: 3, A1: 2 }, "B1a").question.id, "B1a");
  assert.equal(sit({ A1: 2 }).question.id, "A2");
  assert.equal(sit({ A2: 3, C1: [] }).question.id, "A2");
  assert.equal(sit({}, "gone").question.id, "A2");
});

test("steps end at the first and after the last question", () => {
  const sitting = sit();
  assert.equal(sitting.step(-1), false);
  assert.equal(sitting.step(1), true);
  assert.equal(sitting.question.id, "C1");
  assert.equal(sitting.step(1), false);
  assert.equal(sitting.question.id, "C1");
});

test("an answer can be changed and cleared, and no is an answer", () => {
  const sitting = sit({ A2: 3 });
  sitting.answer("C1", []);
  assert.deepEqual(ids(sitting.open), []);
  sitting.answer("A2", null);
  assert.deepEqual(ids(sitting.open), ["A2"]);
  assert.deepEqual(ids(openOnes(questionsOf(survey, "full"), { A1: 1 })), ["A2", "B1a", "C1"]);
  assert.equal(sitting.beyond, 2);
});

test("going on with all of them begins at what is open, and a jump leads anywhere", () => {
  const sitting = sit({ A2: 3, C1: [] });
  sitting.choose("full");
  assert.equal(sitting.question.id, "A1");
  const short = sit();
  short.jump("B1a");
  assert.deepEqual([short.form, short.question.id], ["full", "B1a"]);
});

test("a chapter opens with its first question of the form", () => {
  const opening = (form, at) => sit({}, at, form).opensChapter;
  assert.deepEqual([opening("full", "A1"), opening("full", "A2"), opening("full", "B1a")], [true, false, true]);
  assert.equal(opening("short", "A2"), true);
});

test("limits in force are missed only where the checklist was answered without them", () => {
  assert.deepEqual(sit({}).endingLimits(["x"]), []);
  assert.deepEqual(sit({ C1: ["x"] }).endingLimits(["x"]), []);
  assert.deepEqual(sit({ C1: ["y"] }).endingLimits(["x", "y"]), ["x"]);
  assert.deepEqual(sit({ C1: [] }).endingLimits(["x"]), ["x"]);
});

test("answers and keys have words", () => {
  const [power, , touch, safety] = questionsOf(survey, "full");
  assert.equal(answerWords(survey, power, 1), "Not at all");
  assert.equal(answerWords(survey, touch, undefined), "Open");
  assert.equal(answerWords(survey, safety, []), "None");
  assert.equal(answerWords(survey, safety, ["y", "x"]), "X; Y");
  assert.deepEqual([...labels(survey)], [["massage_receive", "Massage"]]);
  assert.deepEqual(
    byChapter(survey, () => true),
    [{ title: "Touch", items: [{ key: "massage_receive", text: "Massage" }] }],
  );
});
