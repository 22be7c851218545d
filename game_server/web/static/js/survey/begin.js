/**
 * Before the first question: how much somebody would like to answer or, for who has answered before, how to answer
 * anew.
 * @module
 */

import { privacy } from "../account/privacy.js";
import { h } from "../ui/dom.js";

/** @typedef {import("./questions.js").Form} Form */
/** @typedef {import("./questions.js").Survey} Survey */

/** @param {Survey} survey @param {number} all how many questions there are @param {(form: Form) => void} choose */
export function choiceOfForm(survey, all, choose) {
  const short = survey.short_form.length;
  return h(
    "section",
    { class: "card-like", testid: "choose-form" },
    h("p", null, "So that the cards fit both of you. You choose how much you tell."),
    h(
      "div",
      { class: "big-choices" },
      h(
        "button",
        { class: "primary", testid: "form-short", onclick: () => choose("short") },
        `${short} questions`,
        h("small", null, "Two minutes, enough to begin"),
      ),
      h(
        "button",
        { testid: "form-full", onclick: () => choose("full") },
        `All ${all}`,
        h("small", null, "Fifteen minutes, for cards that fit closely"),
      ),
    ),
    promises(),
    privacy(),
  );
}

function promises() {
  return h(
    "ul",
    { class: "promises" },
    h(
      "li",
      null,
      "Each answer is saved as you go. Stop whenever you like and go on later; with an account on any device of yours.",
    ),
    h("li", null, "Leave open what you do not want to answer. A No is always respected."),
    h(
      "li",
      null,
      "Your answers are kept sealed; what follows from them the server reads, to choose cards. What a partner may see is yours to choose.",
    ),
  );
}

/** @param {{rest: number, change: () => void, anew: () => void}} ways `rest`: questions without an answer */
export function choiceToRetake({ rest, change, anew }) {
  return h(
    "section",
    { class: "card-like", testid: "retake" },
    h("h2", null, "You have answered before"),
    h("p", null, "Would you like to answer anew? Your present profile stays until you hand in the new answers."),
    h(
      "div",
      { class: "big-choices" },
      h(
        "button",
        { class: "primary", testid: "retake-change", onclick: change },
        "Keep my answers and change some",
        h("small", null, rest > 0 ? `${rest} questions are still open` : "Every question has an answer"),
      ),
      h("button", { testid: "retake-anew", onclick: anew }, "Start with a blank page"),
    ),
    h("a", { class: "button plain", href: "/you" }, "Leave everything as it is"),
  );
}
