/**
 * A connected partner: how well the two fit, and what that partner's own setting opens. Nothing is kept or worked out
 * here.
 * @module
 */

import { ApiError } from "../api.js";
import { bar } from "../profile/bar.js";
import { radar } from "../profile/radar.js";
import { BREAKDOWN, DOMAINS, partnerPowerWords } from "../profile/words.js";
import { wishes } from "../profile/wishes.js";
import { catalog } from "../survey/catalog.js";
import { h, render } from "../ui/dom.js";
import { explain } from "../ui/forms.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../survey/questions.js").Survey} Survey */
/**
 * @typedef {object} PartnerProfile
 * @property {string} name
 * @property {"all_responses" | "overlapping_only" | "demographics_only"} sharing
 * @property {Record<string, string | null>} demographics
 * @property {Record<string, number> | string[] | null} activities
 * @property {Record<string, number> | string[] | null} truth_topics
 * @property {Record<string, number> | null} domain_scores
 * @property {{orientation?: string | null} | null} power_dynamic
 */
/**
 * @typedef {object} Compatibility
 * @property {number | null} score
 * @property {string | null} interpretation
 * @property {Record<string, number> | null} breakdown
 * @property {string[]} mutual_activities
 * @property {string[]} mutual_truth_topics
 */
/** @typedef {{partner: PartnerProfile, fit: Compatibility | null, survey: Survey, surveyed: boolean}} Loaded */

/** @param {string} id @returns {Screen} */
export function partnerScreen(id) {
  return (root, app) => {
    let here = true;
    const draw = (/** @type {string} */ title, /** @type {import("../ui/dom.js").Child} */ content) => {
      if (here) render(root, heading(title), content);
    };
    const load = async () => {
      try {
        const loaded = await read(app, id);
        draw(loaded.partner.name, page(loaded));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        draw("Partner", refusal(error));
      }
    };
    draw("Partner", h("p", { class: "quiet" }, "One moment …"));
    void load();
    return () => {
      here = false;
    };
  };
}

/** @param {string} title */
function heading(title) {
  return h("header", null, h("a", { class: "back", href: "/partners" }, "‹ Partners"), h("h1", null, title));
}

/** @param {ApiError} error */
function refusal(error) {
  if (error.status === 403) return h("p", null, "Partners are remembered for accounts only.");
  if (error.status !== 404) return h("p", { class: "problem", role: "alert" }, explain(error));
  return h(
    "section",
    { class: "card-like", testid: "not-connected" },
    h("p", null, "You are not connected now, so there is nothing to see here."),
    h("a", { class: "button", href: "/partners" }, "To your partners"),
  );
}

/** @param {App} app @param {string} id @returns {Promise<Loaded>} */
async function read(app, id) {
  const path = `/api/partners/${encodeURIComponent(id)}`;
  const [partner, fit, survey, own] = await Promise.all([
    app.api.get(`${path}/profile`),
    app.api.get(`${path}/compatibility`).catch(withoutSurvey),
    catalog(app.api),
    app.api.get("/api/profile"),
  ]);
  return { partner, fit, survey, surveyed: own.power !== null };
}

/** One of the two has not answered yet. @param {unknown} error @returns {null} */
function withoutSurvey(error) {
  if (error instanceof ApiError && error.status === 409) return null;
  throw error;
}

/** @param {Loaded} loaded */
function page(loaded) {
  return h("div", { testid: "partner" }, about(loaded.partner), fitting(loaded), shared(loaded), answers(loaded));
}

/** @param {PartnerProfile} partner */
function about({ demographics }) {
  const said = Object.values(demographics).filter(Boolean);
  return said.length > 0 ? h("p", { class: "quiet", testid: "about-partner" }, said.join(" · ")) : null;
}

/** @param {Loaded} loaded */
function fitting({ partner, fit, surveyed }) {
  if (fit === null) return nothingToCompare(partner, surveyed);
  const { score, interpretation, breakdown } = fit;
  if (score === null) {
    return h(
      "section",
      { class: "card-like", testid: "not-shared" },
      h("p", null, `${partner.name} keeps the survey private. That is a good choice too: ask, and talk.`),
    );
  }
  return h(
    "section",
    { class: "card-like", testid: "fit" },
    h("h2", null, "How well you fit"),
    h("p", { class: "score" }, h("strong", { testid: "score" }, score), h("span", { class: "quiet" }, " of 100")),
    h("p", { testid: "interpretation" }, interpretation),
    BREAKDOWN.map(([key, label]) => bar(label, breakdown?.[key] ?? 0)),
    h("p", { class: "quiet" }, "Both of you see the same. It is a place to begin talking, not a mark."),
  );
}

/** @param {PartnerProfile} partner @param {boolean} surveyed */
function nothingToCompare({ name }, surveyed) {
  return h(
    "section",
    { class: "card-like", testid: "nothing-to-compare" },
    h("h2", null, "Nothing to compare yet"),
    h(
      "p",
      null,
      surveyed
        ? `${name} has not answered the survey, and does not have to. You can play all the same.`
        : "It takes answers from both of you, and nobody has to give any. You can play all the same.",
    ),
    surveyed
      ? null
      : h("a", { class: "button primary", href: "/survey", testid: "to-survey" }, "10 questions, or all 75"),
  );
}

/**
 * What both want. Where the setting opens what both are open to, that is the one list, so that no maybe stands out.
 * @param {Loaded} loaded
 */
function shared({ partner, fit, survey }) {
  if (fit === null || fit.score === null) return null;
  const overlap = Array.isArray(partner.activities) && Array.isArray(partner.truth_topics);
  const keys = overlap
    ? [.../** @type {string[]} */ (partner.activities), .../** @type {string[]} */ (partner.truth_topics)]
    : [...fit.mutual_activities, ...fit.mutual_truth_topics];
  return h(
    "section",
    { class: "card-like", testid: "mutual" },
    h("h2", null, overlap ? "What you are both open to" : "What you both say yes to"),
    wishes(survey, (key) => keys.includes(key), "Nothing so far. New answers of both of you may change that."),
  );
}

/** @param {Loaded} loaded */
function answers({ partner, survey }) {
  const { name, activities, truth_topics: topics, domain_scores: scores, power_dynamic: power } = partner;
  if (partner.sharing !== "all_responses" || activities === null || Array.isArray(activities)) return null;
  const told = /** @type {Record<string, number>} */ (topics ?? {});
  const rays = DOMAINS.map(([key, label]) => ({ label, value: Math.round(scores?.[key] ?? 0) }));
  return h(
    "section",
    { class: "card-like", testid: "partner-answers" },
    h("h2", null, `What ${name} shares`),
    power === null ? null : h("p", null, partnerPowerWords(name, power)),
    scores === null ? null : radar(rays),
    h("p", { class: "quiet" }, `${name}'s yes, as the survey asked ${name}:`),
    wishes(survey, (key) => (activities[key] ?? told[key]) === 1, "No yes so far."),
  );
}
