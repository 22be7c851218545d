/**
 * Before the answers are handed in: what was said, chapter by chapter, what is open, and what the server did not take.
 * @module
 */

import { h } from "../ui/dom.js";
import { WITHOUT_LIMITS } from "../account/boundaries.js";
import { form, problemPlace, tick } from "../ui/forms.js";
import { answerWords, HARD_LIMITS, openOnes, optionsOf } from "./questions.js";
import { _, ngettext } from "../ui/tongue.js";

/** @typedef {import("./questions.js").Chapter} Chapter */
/** @typedef {import("./questions.js").Question} Question */
/** @typedef {import("./sitting.js").Sitting} Sitting */
/**
 * @typedef {object} Reviewing
 * @property {boolean} retake
 * @property {readonly string[]} ending limits in force that these answers would end
 * @property {ReadonlyMap<string, string>} faults by question
 * @property {(id: string) => void} jump
 * @property {() => void} goOn to the full form
 * @property {boolean} limitsOpen nobody has asked for their limits yet, and these answers do not say them
 * @property {() => void} noLimits answer "none of these"
 * @property {(data: FormData, sent: HTMLFormElement) => Promise<void>} submit
 */

/** @param {Sitting} sitting @param {Reviewing} reviewing */
export function reviewView(sitting, reviewing) {
  const answered = sitting.questions.length - sitting.open.length;
  return form(
    { class: "stack", testid: "review" },
    reviewing.submit,
    h("h1", { tabindex: -1 }, _("Your answers")),
    h(
      "section",
      { class: "card-like" },
      summary(sitting, reviewing),
      faultList(sitting, reviewing),
      reviewing.ending.length > 0 ? keepLimits(sitting, reviewing.ending) : null,
      reviewing.retake
        ? h(
            "p",
            { class: "quiet" },
            _("Handing in replaces your profile, and works out “carefully” from the new answers."),
          )
        : null,
      reviewing.limitsOpen && answered > 0 ? limitsOpen(reviewing) : null,
      problemPlace(),
      h(
        "button",
        {
          class: reviewing.limitsOpen ? null : "primary",
          testid: "submit-survey",
          disabled: answered === 0,
        },
        reviewing.limitsOpen ? _("Hand in without my limits") : _("Hand in my answers"),
      ),
    ),
    sitting.beyond > 0 && sitting.form === "short"
      ? h(
          "button",
          { type: "button", testid: "more-questions", onclick: reviewing.goOn },
          ngettext("Go on with the other question", "Go on with the other {n} questions", sitting.beyond),
        )
      : null,
    chapters(sitting).map((chapter) => chapterList(sitting, chapter, reviewing)),
  );
}

/** @param {Sitting} sitting @param {Reviewing} reviewing */
function summary(sitting, { jump }) {
  const [first] = sitting.open;
  if (first === undefined) return h("p", { testid: "unanswered" }, _("Every question has an answer."));
  return [
    h(
      "p",
      { testid: "unanswered" },
      ngettext(
        "{n} question is still open. That is fine.",
        "{n} questions are still open. That is fine.",
        sitting.open.length,
      ),
    ),
    h("p", { class: "quiet" }, _("An open question asks for no card and keeps none away. A No always keeps it away.")),
    h(
      "button",
      { type: "button", testid: "first-open", onclick: () => jump(first.id) },
      _("Go to the first open question"),
    ),
  ];
}

/** Before they hand in without a word about their limits they read what that means. @param {Reviewing} reviewing */
function limitsOpen({ jump, noLimits }) {
  return h(
    "div",
    { class: "stack", testid: "limits-open" },
    h(
      "p",
      { role: "status" },
      h("strong", null, WITHOUT_LIMITS),
      " ",
      _("You have not said yet what shall never come up."),
    ),
    h(
      "button",
      { type: "button", class: "primary", testid: "answer-limits", onclick: () => jump(HARD_LIMITS) },
      _("Choose my limits"),
    ),
    h("button", { type: "button", testid: "no-limits", onclick: noLimits }, _("None of these")),
  );
}

/** @param {Sitting} sitting @param {Reviewing} reviewing */
function faultList(sitting, { faults, jump }) {
  if (faults.size === 0) return null;
  const questions = new Map(
    sitting.survey.chapters.flatMap((chapter) => chapter.questions.map((each) => [each.id, each])),
  );
  return h(
    "div",
    { class: "stack", role: "alert", testid: "faults" },
    h("p", { class: "problem" }, _("These answers could not be taken. Please give them again:")),
    [...faults.keys()].map((id) =>
      questions.has(id)
        ? h("button", { type: "button", testid: `fault-${id}`, onclick: () => jump(id) }, questions.get(id)?.text)
        : h("p", { class: "quiet" }, _("One answer belongs to a question that is no longer asked.")),
    ),
  );
}

/** @param {Sitting} sitting @param {readonly string[]} ending */
function keepLimits(sitting, ending) {
  const question = sitting.survey.chapters
    .flatMap(({ questions }) => questions)
    .find((each) => each.id === HARD_LIMITS);
  const options = question ? optionsOf(sitting.survey, question) : [];
  const words = ending.map((key) => options.find((each) => each.value === key)?.label ?? key);
  return tick("keep-limits", _("Keep what is “never” for me now: {limits}", { limits: words.join("; ") }), {
    required: false,
    checked: true,
  });
}

/** @param {Sitting} sitting @returns {Chapter[]} with the questions of this form */
function chapters(sitting) {
  return sitting.survey.chapters
    .map((chapter) => ({ ...chapter, questions: chapter.questions.filter((each) => sitting.questions.includes(each)) }))
    .filter((chapter) => chapter.questions.length > 0);
}

/** @param {Sitting} sitting @param {Chapter} chapter @param {Reviewing} reviewing */
function chapterList(sitting, chapter, { jump }) {
  const { length } = chapter.questions;
  const answered = length - openOnes(chapter.questions, sitting.answers).length;
  return h(
    "details",
    { class: "chapter-list", "data-key": chapter.title },
    h(
      "summary",
      null,
      h("span", { class: "grows" }, chapter.title),
      h("small", null, _("{answered} of {n}", { answered, n: length })),
    ),
    h(
      "ul",
      null,
      chapter.questions.map((each) => h("li", null, jumpButton(sitting, each, jump))),
    ),
  );
}

/** @param {Sitting} sitting @param {Question} question @param {(id: string) => void} jump */
function jumpButton(sitting, question, jump) {
  const answer = sitting.answers[question.id];
  return h(
    "button",
    { type: "button", class: "line", testid: `jump-${question.id}`, onclick: () => jump(question.id) },
    h("span", null, question.text),
    h("small", { class: answer === undefined ? "open" : null }, answerWords(sitting.survey, question, answer)),
  );
}
