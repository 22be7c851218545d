/**
 * A player's own limits. They hold in every game at once, also in one that is open now, and nobody else sees them.
 * @module
 */

import { LIMITS } from "../profile/words.js";
import { catalog } from "../survey/catalog.js";
import { byChapter } from "../survey/questions.js";
import { backLink } from "../ui/back.js";
import { h } from "../ui/dom.js";
import { choice, form, problemPlace, text, texts } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../survey/questions.js").Survey} Survey */
/** @typedef {{hard_limits: string[], soft_limits: string[], maybe_items: string[], asked?: boolean}} Boundaries */
/**
 * @typedef {object} Own the part of one's profile that limits are about
 * @property {Boundaries} boundaries
 * @property {string[]} declined_items
 * @property {Record<string, number>} activities empty without a survey
 */

const MAYBE = 0.5;
const SINGLE = "maybe_items";

export const WITHOUT_LIMITS = _("Without your limits you only get cards that touch none of them.");

/** Has somebody said what their limits are, also that they have none? @param {Boundaries} boundaries */
export function wereAsked({ asked, hard_limits: hard }) {
  return asked ?? hard.length > 0;
}

/** @typedef {"fine" | "soft" | "hard"} Answer */

/** @type {{value: Answer, label: string}[]} */
export const ANSWERS = [
  { value: "fine", label: _("Fine") },
  { value: "soft", label: _("Carefully") },
  { value: "hard", label: _("Never") },
];

/** @type {Screen} */
export const limitsScreen = (root, app) => {
  const load = async () => {
    const [own, survey] = await Promise.all([app.api.get("/api/profile"), catalog(app.api)]);
    return limitsForm(app, own, survey);
  };
  return loading(root, heading, load, { again: true });
};

function heading() {
  return h("header", null, backLink(), h("h1", null, _("My limits")));
}

/** @param {import("../app.js").App} app @param {Own} own @param {Survey} survey */
function limitsForm(app, own, survey) {
  const { boundaries } = own;
  const offered = singleThings(own, survey);
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    await app.api.patch("/api/profile/boundaries", {
      hard_limits: chosen(data, "hard", boundaries.hard_limits),
      soft_limits: chosen(data, "soft", boundaries.soft_limits),
      maybe_items: singles(data, boundaries.maybe_items, offered),
    });
    notify(_("Saved. It holds from now on, in open games too."));
    if (sent.isConnected && history.length > 1) history.back();
    else app.goOn(sent, "/");
  };
  return form(
    { class: "box", testid: "limits" },
    act,
    wereAsked(boundaries)
      ? null
      : h("p", { testid: "not-asked" }, WITHOUT_LIMITS, " ", _("Saving answers it, also with nothing but “Fine”.")),
    h(
      "p",
      null,
      _("“Never” keeps cards away at every level. “Carefully” keeps them away except at Bold. Your partner does not see what you choose; the server reads it, to choose cards."),
    ),
    LIMITS.map(([key, label]) =>
      h("div", { class: "thirds" }, choice("radio", key, label, ANSWERS, [answerOf(key, boundaries)])),
    ),
    offered.length > 0 ? singleForm(offered, boundaries.maybe_items) : null,
    problemPlace(),
    h("button", { class: "primary", testid: "save-limits" }, _("Save")),
  );
}

/** The same limits with another answer to one of them. @param {Boundaries} boundaries @param {string} key @param {Answer} answer */
export function withAnswer(boundaries, key, answer) {
  const listed = (/** @type {string[]} */ keys, /** @type {Answer} */ of) => [
    ...keys.filter((each) => each !== key),
    ...(answer === of ? [key] : []),
  ];
  return {
    ...boundaries,
    hard_limits: listed(boundaries.hard_limits, "hard"),
    soft_limits: listed(boundaries.soft_limits, "soft"),
  };
}

/** @param {string} key @param {Boundaries} boundaries @returns {Answer} */
export function answerOf(key, boundaries) {
  if (boundaries.hard_limits.includes(key)) return "hard";
  return boundaries.soft_limits.includes(key) ? "soft" : "fine";
}

/**
 * Keys that this page does not know stay as they are.
 * @param {FormData} data
 * @param {string} answer
 * @param {string[]} before
 */
function chosen(data, answer, before) {
  const known = LIMITS.map(([key]) => /** @type {string} */ (key));
  return [...before.filter((key) => !known.includes(key)), ...known.filter((key) => text(data, key) === answer)];
}

/** @typedef {ReturnType<typeof byChapter>} Things */

/**
 * What can be marked one by one: neither a No, which is never drawn, nor a Maybe, which is careful already.
 * @param {Own} own
 * @param {Survey} survey
 * @returns {Things}
 */
function singleThings({ activities, declined_items: declined }, survey) {
  return byChapter(survey, (key) => (activities[key] ?? MAYBE) !== MAYBE && !declined.includes(key));
}

/** @param {Things} things @param {string[]} marked */
function singleForm(things, marked) {
  const count = things.flatMap(({ items }) => items).filter(({ key }) => marked.includes(key)).length;
  return h(
    "details",
    { class: "single", testid: "single-things" },
    h("summary", null, count > 0 ? _("Single things, carefully ({n})", { n: count }) : _("Single things, carefully")),
    h(
      "p",
      { class: "quiet" },
      _("Each that you tick comes up at Bold only. What you answered with Maybe does so already."),
    ),
    things.map(({ title, items }) =>
      choice(
        "checkbox",
        SINGLE,
        title,
        items.map(({ key, text: label }) => ({ value: key, label })),
        marked,
      ),
    ),
  );
}

/** @param {FormData} data @param {string[]} before @param {Things} offered */
function singles(data, before, offered) {
  const shown = offered.flatMap(({ items }) => items.map(({ key }) => key));
  return [...before.filter((key) => !shown.includes(key)), ...texts(data, SINGLE)];
}
