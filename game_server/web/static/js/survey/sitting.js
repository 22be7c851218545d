/**
 * One sitting with the survey: the questions to be asked, the one that is shown, and what has been answered so far.
 * @module
 */

import { allQuestions, formOf, HARD_LIMITS, openOnes, questionsOf } from "./questions.js";

/** @typedef {import("./questions.js").Answer} Answer */
/** @typedef {import("./questions.js").Answers} Answers */
/** @typedef {import("./questions.js").Form} Form */
/** @typedef {import("./questions.js").Question} Question */
/** @typedef {import("./questions.js").Survey} Survey */
/** @typedef {{answers: Answers, at: string | null, form?: Form | null}} Stand */

export class Sitting {
  /** @type {Form} */
  form = "short";
  /** @type {Question[]} */
  questions = [];
  /** The id of the question that is shown. @type {string | null} */
  at = null;

  /**
   * @param {Survey} survey
   * @param {Stand} stand the form is found out when it is not said
   */
  constructor(survey, { answers, at, form = null }) {
    this.survey = survey;
    this.answers = answers;
    this.choose(form ?? formOf(survey, answers, at), at);
  }

  /** @param {Form} form @param {string | null} [at] */
  choose(form, at = null) {
    this.form = form;
    this.questions = questionsOf(this.survey, form);
    const open = this.open[0] ?? this.questions[0];
    this.at = this.questions.some((each) => each.id === at) ? at : (open?.id ?? null);
  }

  get index() {
    return Math.max(
      0,
      this.questions.findIndex((each) => each.id === this.at),
    );
  }

  /** @returns {Question} the question that is shown */
  get question() {
    return /** @type {Question} */ (this.questions[this.index]);
  }

  /** @returns {Question[]} of this form, without an answer */
  get open() {
    return openOnes(this.questions, this.answers);
  }

  /** @returns {number} how many more questions the full form has that are open */
  get beyond() {
    return openOnes(allQuestions(this.survey), this.answers).length - this.open.length;
  }

  /** Does this question begin its chapter, as far as the form asks it? */
  get opensChapter() {
    const before = this.questions[this.index - 1];
    return before === undefined || this.#chapter(before) !== this.#chapter(this.question);
  }

  /** @param {string} id @param {Answer | null} answer null clears it */
  answer(id, answer) {
    const { [id]: _, ...others } = this.answers;
    this.answers = answer === null ? others : { ...others, [id]: answer };
  }

  /** @param {number} steps @returns {boolean} false: there is no such question */
  step(steps) {
    const next = this.questions[this.index + steps];
    if (next === undefined) return false;
    this.at = next.id;
    return true;
  }

  /** @param {string} id a question of the other form changes to the full one */
  jump(id) {
    if (!this.questions.some((each) => each.id === id)) this.choose("full", id);
    this.at = id;
  }

  /**
   * Limits that are in force and would end with these answers: set after the checklist was answered, or unticked there.
   * @param {readonly string[]} inForce
   */
  endingLimits(inForce) {
    const never = this.answers[HARD_LIMITS];
    return Array.isArray(never) ? inForce.filter((key) => !never.includes(key)) : [];
  }

  /** @param {Question} question */
  #chapter(question) {
    return this.survey.chapters.find((chapter) => chapter.questions.includes(question));
  }
}
