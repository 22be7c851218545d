/**
 * The survey as the server gives it, and plain questions about it: which question follows, what is still open, which
 * words stand for an answer or a key.
 * @module
 */

import { _ } from "../ui/tongue.js";

/** @typedef {number | string | string[]} Answer */
/** @typedef {Readonly<Record<string, Answer>>} Answers */
/** @typedef {{value: string | number, label: string}} Option */
/**
 * @typedef {object} Question
 * @property {string} id
 * @property {"likert7" | "ymn" | "checklist" | "multiselect"} kind
 * @property {string} text
 * @property {string} [key] the activity or topic that it is about
 * @property {string} [note]
 * @property {Option[]} [options]
 */
/** @typedef {{title: string, lead_in: string, questions: Question[]}} Chapter */
/** @typedef {{version: string, chapters: Chapter[], scales: Record<string, Option[]>, short_form: string[]}} Survey */
/**
 * @typedef {object} Progress
 * @property {"in_progress" | "completed"} status
 * @property {string | null} current_question
 * @property {number} completion_percentage
 * @property {Answers} answers
 * @property {string | null} started_at
 */
/** @typedef {"short" | "full"} Form */

/** The checklist of what shall never come up. */
export const HARD_LIMITS = "C1";

/** @param {Survey} survey @returns {Question[]} every question, in order */
export function allQuestions(survey) {
  return survey.chapters.flatMap((chapter) => chapter.questions);
}

/** @param {Survey} survey @param {Form} form @returns {Question[]} the questions of the form, in the survey's order */
export function questionsOf(survey, form) {
  const short = new Set(survey.short_form);
  return allQuestions(survey).filter((each) => form === "full" || short.has(each.id));
}

/**
 * Which form somebody was filling in: whoever touched a question outside the short one wants them all.
 * @param {Survey} survey
 * @param {Answers} answers
 * @param {string | null} at
 * @returns {Form}
 */
export function formOf(survey, answers, at) {
  const short = new Set(survey.short_form);
  const beyond = allQuestions(survey).filter((each) => !short.has(each.id));
  return beyond.some((each) => each.id === at || each.id in answers) ? "full" : "short";
}

/** @param {readonly Question[]} questions @param {Answers} answers @returns {Question[]} those without an answer */
export function openOnes(questions, answers) {
  return questions.filter((each) => !(each.id in answers));
}

/** @param {Survey} survey @param {string} id @returns {Chapter | undefined} */
export function chapterOf(survey, id) {
  return survey.chapters.find((chapter) => chapter.questions.some((each) => each.id === id));
}

/** @param {Survey} survey @param {Question} question @returns {Option[]} */
export function optionsOf(survey, question) {
  return question.options?.length ? question.options : (survey.scales[question.kind] ?? []);
}

/** @param {Survey} survey @param {Question} question @param {Answer | undefined} answer @returns {string} */
export function answerWords(survey, question, answer) {
  if (answer === undefined) return _("Open");
  const given = Array.isArray(answer) ? answer : [answer];
  const chosen = optionsOf(survey, question).filter((option) => given.includes(/** @type {string} */ (option.value)));
  return chosen.map((option) => option.label).join("; ") || _("None");
}

/** @param {Survey} survey @returns {Map<string, string>} words for every activity and topic key */
export function labels(survey) {
  return new Map(allQuestions(survey).flatMap((each) => (each.key ? [[each.key, each.text]] : [])));
}

/**
 * Keys as the survey calls them, by chapter and in its order; chapters that have none of them are left out.
 * @param {Survey} survey
 * @param {(key: string) => boolean} wanted
 * @returns {{title: string, items: {key: string, text: string}[]}[]}
 */
export function byChapter(survey, wanted) {
  return survey.chapters
    .map(({ title, questions }) => ({
      title,
      items: questions.flatMap(({ key, text }) => (key && wanted(key) ? [{ key, text }] : [])),
    }))
    .filter((chapter) => chapter.items.length > 0);
}
