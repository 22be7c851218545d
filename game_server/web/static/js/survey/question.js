/**
 * One question as a screen shows it: its words, its answers as large buttons, and the way on and back.
 *
 * A pressed button, or a touched point of a scale, goes on by itself; the arrow keys move on a scale without going on.
 * @module
 */

import { h } from "../ui/dom.js";
import { questionSentence } from "../ui/sentences.js";
import { chapterOf, HARD_LIMITS, optionsOf } from "./questions.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./questions.js").Answer} Answer */
/** @typedef {import("./questions.js").Option} Option */
/** @typedef {import("./questions.js").Question} Question */
/** @typedef {import("./sitting.js").Sitting} Sitting */
/**
 * @typedef {object} Moves
 * @property {(answer: Answer | null, goOn: boolean) => void} answer
 * @property {() => boolean} touched was the last thing they used a pointer, not a key?
 * @property {() => void} next
 * @property {() => void} back
 * @property {() => void} review
 */

const NONE = "none";

/**
 * @param {Sitting} sitting
 * @param {readonly string[]} inForce hard limits that hold already
 * @param {string | undefined} fault what the server said about the last answer here
 * @param {Moves} moves
 */
export function questionView(sitting, inForce, fault, moves) {
  const { question } = sitting;
  const given = sitting.answers[question.id];
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (question.id === HARD_LIMITS && given === undefined && inForce.length > 0) moves.answer([...inForce], true);
    else moves.next();
  };
  return h(
    "form",
    { class: "question", testid: "question", "data-question": question.id, onsubmit },
    way(sitting),
    h(
      "fieldset",
      { class: "card-like", "data-key": question.id, "aria-describedby": described(question, fault) },
      h(
        "legend",
        null,
        h("span", { class: "chapter" }, chapterOf(sitting.survey, question.id)?.title),
        h("h1", { tabindex: -1, testid: "question-text" }, question.text),
      ),
      question.note ? h("p", { id: "note", class: "quiet" }, question.note) : null,
      answers(sitting, given ?? (question.id === HARD_LIMITS && inForce.length > 0 ? [...inForce] : undefined), moves),
      fault
        ? h(
            "p",
            { class: "problem", id: "fault", role: "alert", testid: "fault" },
            questionSentence(question.kind, _("Please answer once more.")),
          )
        : null,
      h(
        "button",
        {
          type: "button",
          class: "plain small",
          testid: "clear-answer",
          disabled: given === undefined,
          onclick: () => moves.answer(null, false),
        },
        _("Clear my answer"),
      ),
    ),
    steps(sitting, given, moves),
  );
}

/** @param {Question} question @param {string | undefined} fault */
function described(question, fault) {
  return [question.note ? "note" : "", fault ? "fault" : ""].filter(Boolean).join(" ") || null;
}

/** How far along, and the words that lead into a new chapter. @param {Sitting} sitting */
function way(sitting) {
  const { length } = sitting.questions;
  const place = _("Question {number} of {n}", { number: sitting.index + 1, n: length });
  return [
    h(
      "div",
      { class: "progress" },
      h("progress", { max: length, value: sitting.index + 1, "aria-label": place }),
      h("p", null, h("span", { testid: "place" }, place), h("span", null, _("{n} open", { n: sitting.open.length }))),
    ),
    sitting.opensChapter
      ? h(
          "p",
          { class: "lead-in", testid: "lead-in", "data-key": `lead-${sitting.at}` },
          chapterOf(sitting.survey, sitting.question.id)?.lead_in,
        )
      : null,
  ];
}

/** @param {Sitting} sitting @param {Answer | undefined} given @param {Moves} moves */
function answers(sitting, given, moves) {
  const options = optionsOf(sitting.survey, sitting.question);
  switch (sitting.question.kind) {
    case "ymn":
      return buttons(options, given, moves);
    case "likert7":
      return scale(sitting.question.id, options, given, moves);
    default:
      return checklist(sitting.question.id, options, given, moves);
  }
}

/** @param {Option[]} options @param {Answer | undefined} given @param {Moves} moves */
function buttons(options, given, moves) {
  return h(
    "div",
    { class: "big-choices wishes" },
    options.map(({ value, label }) =>
      h(
        "button",
        {
          type: "button",
          testid: `answer-${value}`,
          "aria-pressed": String(given === value),
          onclick: () => moves.answer(value, true),
        },
        label,
      ),
    ),
  );
}

/** @param {string} id @param {Option[]} options @param {Answer | undefined} given @param {Moves} moves */
function scale(id, options, given, moves) {
  return h(
    "div",
    { class: "scale" },
    options.map(({ value, label }) =>
      box("radio", id, value, label, given === value, () => moves.answer(value, moves.touched())),
    ),
  );
}

/** @param {string} id @param {Option[]} options @param {Answer | undefined} given @param {Moves} moves */
function checklist(id, options, given, moves) {
  const ticked = Array.isArray(given) ? given : [];
  const toggle = (/** @type {string} */ value) => {
    moves.answer(ticked.includes(value) ? ticked.filter((each) => each !== value) : [...ticked, value], false);
  };
  const none = Array.isArray(given) && given.length === 0;
  return h(
    "div",
    { class: "scale" },
    options.map(({ value, label }) => {
      const key = String(value);
      return box("checkbox", id, key, label, ticked.includes(key), () => toggle(key));
    }),
    box("checkbox", id, NONE, _("None of these"), none, () => moves.answer(none ? null : [], false)),
  );
}

/**
 * @param {"radio" | "checkbox"} type
 * @param {string} name
 * @param {string | number} value
 * @param {string} label
 * @param {boolean} checked
 * @param {() => void} onchange
 */
function box(type, name, value, label, checked, onchange) {
  return h(
    "label",
    { class: "option", "data-key": `${name}-${value}` },
    h("input", { type, name, value, checked, onchange, testid: `answer-${value}` }),
    h("span", null, label),
  );
}

/** @param {Sitting} sitting @param {Answer | undefined} given @param {Moves} moves */
function steps(sitting, given, moves) {
  const last = sitting.index === sitting.questions.length - 1;
  return h(
    "div",
    { class: "steps" },
    h(
      "button",
      { type: "button", testid: "survey-back", disabled: sitting.index === 0, onclick: moves.back },
      _("Back"),
    ),
    h("button", { type: "button", class: "plain", testid: "to-review", onclick: moves.review }, _("Overview")),
    h(
      "button",
      { class: given === undefined && !last ? null : "primary", testid: "survey-next" },
      last ? _("To the end") : given === undefined ? _("Skip") : _("Next"),
    ),
  );
}
