/**
 * Before the first question: how much somebody would like to answer or, for who has answered before, how to answer
 * anew.
 * @module
 */

import { privacy } from "../account/privacy.js";
import { h } from "../ui/dom.js";
import { _, ngettext } from "../ui/tongue.js";

/** @typedef {import("./questions.js").Form} Form */
/** @typedef {import("./questions.js").Survey} Survey */

/** @param {Survey} survey @param {number} all how many questions there are @param {(form: Form) => void} choose */
export function choiceOfForm(survey, all, choose) {
  const short = survey.short_form.length;
  return h(
    "section",
    { class: "card-like", testid: "choose-form" },
    h("p", null, _("So that the cards fit both of you. You choose how much you tell.")),
    h(
      "div",
      { class: "big-choices" },
      h(
        "button",
        { class: "primary", testid: "form-short", onclick: () => choose("short") },
        ngettext("{n} question", "{n} questions", short),
        h("small", null, _("Two minutes, enough to begin")),
      ),
      h(
        "button",
        { testid: "form-full", onclick: () => choose("full") },
        _("All {n}", { n: all }),
        h("small", null, _("Fifteen minutes, for cards that fit closely")),
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
      _(
        "Each answer is saved as you go. Stop whenever you like and go on later; with an account on any device of yours.",
      ),
    ),
    h("li", null, _("Leave open what you do not want to answer. A No is always respected.")),
    h(
      "li",
      null,
      _(
        "Your answers are kept sealed; what follows from them the server reads, to choose cards. What a partner may see is yours to choose.",
      ),
    ),
  );
}

/** @param {{rest: number, change: () => void, anew: () => void}} ways `rest`: questions without an answer */
export function choiceToRetake({ rest, change, anew }) {
  return h(
    "section",
    { class: "card-like", testid: "retake" },
    h("h2", null, _("You have answered before")),
    h("p", null, _("Would you like to answer anew? Your present profile stays until you hand in the new answers.")),
    h(
      "div",
      { class: "big-choices" },
      h(
        "button",
        { class: "primary", testid: "retake-change", onclick: change },
        _("Keep my answers and change some"),
        h(
          "small",
          null,
          rest > 0
            ? ngettext("{n} question is still open", "{n} questions are still open", rest)
            : _("Every question has an answer"),
        ),
      ),
      h("button", { testid: "retake-anew", onclick: anew }, _("Start with a blank page")),
    ),
    h("a", { class: "button plain", href: "/you" }, _("Leave everything as it is")),
  );
}
