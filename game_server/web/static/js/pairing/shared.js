/**
 * What both say yes to and who does what, and where the two meet: exactly what the server says, and nothing worked out of it.
 * @module
 */

import { dotted } from "../profile/dots.js";
import { BREAKDOWN, levelWords, rolesByKey } from "../profile/words.js";
import { byChapter } from "../survey/questions.js";
import { h } from "../ui/dom.js";
import { _, ngettext } from "../ui/tongue.js";
import { disc, pairOf } from "./pair.js";

/** @typedef {import("../survey/questions.js").Survey} Survey */
/** @typedef {import("../profile/words.js").Roles} Roles */
/** @typedef {import("./partner.js").Compatibility} Compatibility */
/** @typedef {{mine: string, partners: string}} Names */
/** @typedef {{text: string, roles: Roles | null}} Wish */

const FIRST = 5;

/**
 * In the survey's words and order; what one gives and the other receives comes before what both do.
 * @param {Compatibility} fit @param {Survey} survey @param {string} name the partner's
 * @returns {Wish[]}
 */
export function mutualWishes(fit, survey, name) {
  const roles = rolesByKey(fit.mutual, name);
  const all = byChapter(survey, (key) => roles.has(key)).flatMap(({ items }) => items);
  const wishes = all.map(({ key, text }) => ({ text, roles: roles.get(key) ?? null }));
  return [...wishes.filter((each) => each.roles !== null), ...wishes.filter((each) => each.roles === null)];
}

/** @param {Compatibility} fit @param {Survey} survey @returns {string[]} */
export function mutualTopics(fit, survey) {
  const topics = new Set(fit.mutual_topics);
  return byChapter(survey, (key) => topics.has(key)).flatMap(({ items }) => items.map(({ text }) => text));
}

/** @param {Wish[]} wishes @param {Names} names */
export function wishesBox(wishes, names) {
  const more = wishes.slice(FIRST);
  return h(
    "section",
    { class: "box", testid: "mutual" },
    h("header", { class: "with-pair" }, pairOf(names.mine, names.partners), h("h2", null, _("Both of you say yes to"))),
    wishes.length === 0
      ? h("p", { class: "quiet" }, _("Nothing so far, and that says little. New answers of both of you may change it."))
      : h(
          "ul",
          { class: "rows" },
          wishes.slice(0, FIRST).map((wish) => line(wish, names)),
        ),
    more.length === 0
      ? null
      : h(
          "details",
          { testid: "mutual-more" },
          h("summary", null, ngettext("{n} more", "{n} more", more.length)),
          h(
            "ul",
            { class: "rows" },
            more.map((wish) => line(wish, names)),
          ),
        ),
  );
}

/** @param {Wish} wish @param {Names} names */
function line({ text, roles }, { mine, partners }) {
  return h(
    "li",
    { class: "wish", "data-key": text },
    h("h3", null, text),
    h(
      "p",
      { class: "roles" },
      roles === null
        ? h("span", null, pairOf(mine, partners, "small"), _("Both of you"))
        : [
            h("span", null, disc("A", mine, "small"), roles.me),
            h("span", { class: "unseen" }, ", "),
            h("span", null, disc("B", partners, "small"), roles.partner),
          ],
    ),
  );
}

/** @param {string[]} topics */
export function topicsBox(topics) {
  if (topics.length === 0) return null;
  return h(
    "section",
    { class: "box", testid: "mutual-topics" },
    h("h2", null, _("Both of you like to talk about")),
    h(
      "ul",
      { class: "rows" },
      topics.map((text) => h("li", { class: "topic" }, text)),
    ),
  );
}

/** Only where both have answered enough: before that there is no number to put dots for. @param {Compatibility} fit */
export function meetingBox({ score, interpretation, breakdown }) {
  if (score === null) return null;
  return h(
    "section",
    { class: "box", testid: "fit" },
    h("h2", null, _("Where you meet")),
    h("p", { testid: "interpretation" }, interpretation),
    h(
      "ul",
      { class: "rows" },
      BREAKDOWN.map(([key, label]) => levelLine(label, breakdown?.[key] ?? null)),
    ),
    h("p", { class: "quiet" }, _("Both of you see the same. It is a place to begin talking, not a mark.")),
  );
}

/** @param {string} label @param {number | null} level 1 to 5; null: not said */
export function levelLine(label, level) {
  return level === null ? null : dotted(label, level, levelWords(level));
}

/** @param {Names | null} names null: their figure stands above already @param {boolean} more is there something left to answer? */
export function earlyBox(names, more) {
  return h(
    "section",
    { class: "box early", testid: "nothing-to-compare" },
    names === null ? null : pairOf(names.mine, names.partners, "big"),
    h("h2", null, names === null ? _("Not enough yet to say more") : _("Not enough yet to say")),
    h("p", null, _("When both of you have answered about twenty of the same questions, this page shows where you meet. Nobody has to: cards come all the same.")),
    more ? h("a", { class: "button primary", href: "/survey", testid: "to-survey" }, _("Answer a few more")) : null,
  );
}
