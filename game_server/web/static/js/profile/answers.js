/**
 * What somebody's answers say about them, in words, and the limits that hold. Only they see it.
 * @module
 */

import { wereAsked, WITHOUT_LIMITS } from "../account/boundaries.js";
import { byChapter, labels } from "../survey/questions.js";
import { h } from "../ui/dom.js";
import { _, ngettext } from "../ui/tongue.js";
import { dots, dotsOf, dotted } from "./dots.js";
import { arousalWords, DOMAINS, limitWords, powerWords } from "./words.js";
import { wishes } from "./wishes.js";

/** @typedef {import("./screen.js").Profile} Profile */
/** @typedef {import("./screen.js").Boundaries} Boundaries */
/** @typedef {import("../survey/questions.js").Survey} Survey */

const YES = 1;
const MAYBE = 0.5;
const FEW = 4;
const ALL_OF_AROUSAL = 3;

/** @param {Profile} profile @param {Survey} survey */
export function answersPage(profile, survey) {
  return [
    profile.power === null ? null : [domains(profile), power(profile.power), arousal(profile), interests(profile, survey)],
    limits(profile.boundaries, survey),
  ];
}

/** @param {Profile} profile */
function domains({ radar, answered_domains: told }) {
  return h(
    "section",
    { class: "box" },
    h("h2", null, _("What draws you")),
    h(
      "ul",
      { class: "rows", testid: "radar-table" },
      DOMAINS.map(([key, label, meaning]) =>
        h(
          "li",
          { class: "dotted" },
          h("span", { class: "grows" }, label, h("small", null, meaning)),
          told.includes(key) ? dots(dotsOf(radar[key] ?? 0)) : h("span", { class: "value" }, _("not answered")),
        ),
      ),
    ),
  );
}

/** @param {import("./words.js").Power} power */
function power(power) {
  const { top_score: top, bottom_score: bottom } = power;
  return h(
    "section",
    { class: "box", testid: "power" },
    h("h2", null, _("Leading and following")),
    h("p", null, powerWords(power)),
    top === null && bottom === null
      ? null
      : h(
          "ul",
          { class: "rows" },
          top === null ? null : dotted(_("Leading"), dotsOf(top)),
          bottom === null ? null : dotted(_("Following"), dotsOf(bottom)),
        ),
  );
}

/** @param {Profile} profile */
function arousal(profile) {
  const found = arousalWords(profile.arousal);
  return h(
    "section",
    { class: "box", testid: "arousal" },
    h("h2", null, _("How desire moves")),
    found.length === 0
      ? h("p", { class: "quiet" }, _("You have not answered these questions. Only you would see what comes of them."))
      : h(
          "ul",
          { class: "rows" },
          found.map(({ label, percent, band }) => dotted(label, dotsOf(percent), band)),
        ),
    found.length === 0 || found.length === ALL_OF_AROUSAL
      ? null
      : h("p", { class: "quiet", testid: "arousal-open" }, _("The other questions about it you have not answered.")),
  );
}

/** What somebody said yes to, of activities and topics. @param {Profile} profile */
export function yesOf({ activities, truth_topics: topics }) {
  return (/** @type {string} */ key) => (activities[key] ?? topics[key]) === YES;
}

/** How many of them the survey has words for. @param {Profile} profile @param {Survey} survey */
export function yesCount(profile, survey) {
  return byChapter(survey, yesOf(profile)).reduce((sum, { items }) => sum + items.length, 0);
}

/** @param {Profile} profile @param {Survey} survey */
function interests(profile, survey) {
  const { activities, truth_topics: topics } = profile;
  return h(
    "section",
    { class: "box", testid: "interests" },
    h("h2", null, _("What you enjoy")),
    wishes(survey, yesOf(profile), _("No yes and no maybe so far."), (key) => (activities[key] ?? topics[key]) === MAYBE),
  );
}

/** @param {Boundaries} boundaries @param {Survey} survey */
function limits(boundaries, survey) {
  const { hard_limits: hard, soft_limits: soft, maybe_items: maybe } = boundaries;
  const asked = wereAsked(boundaries);
  const words = labels(survey);
  const many = maybe.length > FEW;
  const rows = /** @type {[string, string[]][]} */ ([
    [_("Never"), limitWords(hard)],
    [_("Carefully"), limitWords(soft)],
    [_("Maybe"), many ? [ngettext("{n} thing", "{n} things", maybe.length)] : maybe.map((key) => words.get(key) ?? key)],
  ]).filter(([, items]) => items.length > 0);
  return h(
    "section",
    { class: "box", testid: "boundaries" },
    h("h2", null, _("Your limits")),
    asked ? null : h("p", { testid: "limits-not-asked" }, WITHOUT_LIMITS),
    asked && rows.length === 0 ? h("p", null, _("You have set none.")) : null,
    h(
      "dl",
      { class: "limits" },
      rows.map(([name, items]) => [h("dt", null, name), h("dd", null, items.join(" · "))]),
    ),
    h("p", { class: "quiet" }, _("They hold in every game, at once. Your partner does not see them.")),
    h("a", { class: "button", href: "/limits", testid: "edit-limits" }, asked ? _("Change my limits") : _("Say my limits")),
  );
}
