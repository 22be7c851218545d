/**
 * A connected partner: how well the two fit, and what that partner's own setting opens. Nothing is kept or worked out
 * here.
 * @module
 */

import { ApiError } from "../api.js";
import { bar } from "../profile/bar.js";
import { BREAKDOWN, DOMAINS, levelWords, mutualWords, partnerPowerWords } from "../profile/words.js";
import { wishes } from "../profile/wishes.js";
import { catalog } from "../survey/catalog.js";
import { h, render } from "../ui/dom.js";
import { explain } from "../ui/forms.js";
import { blockForm } from "./blocked.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../survey/questions.js").Survey} Survey */
/**
 * @typedef {object} PartnerProfile
 * @property {string} name
 * @property {"all_responses" | "overlapping_only" | "demographics_only"} sharing
 * @property {Record<string, string | null>} demographics
 * @property {string[] | null} activities
 * @property {string[] | null} truth_topics
 * @property {Record<string, number> | null} domain_scores
 * @property {{orientation?: string | null} | null} power_dynamic
 */
/**
 * @typedef {object} Compatibility
 * @property {number | null} score
 * @property {string | null} interpretation
 * @property {Record<string, number | null> | null} breakdown each part on 1 to 5
 * @property {{key: string, gives: "me" | "partner" | "both"}[]} mutual
 * @property {string[]} mutual_topics
 */
/** @typedef {{partner: PartnerProfile, fit: Compatibility, survey: Survey, surveyed: boolean}} Loaded */

/** Below it the words say more, and kinder, than a number. */
const WORTH_A_NUMBER = 20;

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
        draw(loaded.partner.name, [page(loaded), ownCards(id, loaded.partner.name), blockForm(app, id, loaded.partner.name)]);
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
  return error.status === 404 ? notConnected() : h("p", { class: "problem", role: "alert" }, explain(error));
}

/** What stands where two who are not connected would see each other. */
export function notConnected() {
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
    app.api.get(`${path}/compatibility`),
    catalog(app.api),
    app.api.get("/api/profile"),
  ]);
  return { partner, fit, survey, surveyed: own.power !== null };
}

/** @param {Loaded} loaded */
function page(loaded) {
  return h("div", { testid: "partner" }, about(loaded.partner), fitting(loaded), shared(loaded), answers(loaded));
}

/** @param {string} id @param {string} name */
function ownCards(id, name) {
  return h(
    "section",
    { class: "card-like" },
    h("h2", null, "Our cards"),
    h("p", null, `Write cards for the two of you, and see what you and ${name} both liked.`),
    h("a", { class: "button", href: `/partners/${encodeURIComponent(id)}/cards`, testid: "our-cards-link" }, "Our cards"),
  );
}

/** @param {PartnerProfile} partner */
function about({ demographics }) {
  const said = Object.values(demographics).filter(Boolean);
  return said.length > 0 ? h("p", { class: "quiet", testid: "about-partner" }, said.join(" · ")) : null;
}

/** @param {Loaded} loaded */
function fitting({ partner, fit, surveyed }) {
  if (partner.sharing === "demographics_only") {
    return h(
      "section",
      { class: "card-like", testid: "not-shared" },
      h("p", null, `${partner.name} keeps the survey private. That is a good choice too: ask, and talk.`),
    );
  }
  const { score, interpretation, breakdown } = fit;
  if (score === null) return notEnough(surveyed);
  return h(
    "section",
    { class: "card-like", testid: "fit" },
    h("h2", null, "How well you fit"),
    h("p", { class: "lead", testid: "interpretation" }, interpretation),
    score < WORTH_A_NUMBER
      ? null
      : h("p", { class: "score" }, h("strong", { testid: "score" }, score), h("span", { class: "quiet" }, " of 100")),
    BREAKDOWN.map(([key, label]) => part(label, breakdown?.[key] ?? null)),
    h("p", { class: "quiet" }, "Both of you see the same. It is a place to begin talking, not a mark."),
  );
}

/** @param {string} label @param {number | null} level */
function part(label, level) {
  return level === null ? null : bar(label, level * 20, levelWords(level));
}

/** @param {boolean} surveyed */
function notEnough(surveyed) {
  return h(
    "section",
    { class: "card-like", testid: "nothing-to-compare" },
    h("h2", null, "How well you fit"),
    h(
      "p",
      null,
      "For that it takes some twenty questions that both of you have answered, and nobody has to. You can play all the same.",
    ),
    surveyed
      ? null
      : h("a", { class: "button primary", href: "/survey", testid: "to-survey" }, "10 questions, or all 75"),
  );
}

/** What both say yes to, and who gives. @param {Loaded} loaded */
function shared({ partner, fit, survey }) {
  if (partner.sharing === "demographics_only") return null;
  const notes = notesOf(fit.mutual, partner.name);
  const topics = new Set(fit.mutual_topics);
  return h(
    "section",
    { class: "card-like", testid: "mutual" },
    h("h2", null, "What you both say yes to"),
    wishes(
      survey,
      (key) => notes.has(key) || topics.has(key),
      "Nothing so far. New answers of both of you may change that.",
      () => false,
      (key) => notes.get(key) ?? null,
    ),
  );
}

/**
 * A key may be there for two reasons: both receive, and the one gives what the other receives. The one who gives is said.
 * @param {Compatibility["mutual"]} mutual
 * @param {string} name
 * @returns {Map<string, string | null>}
 */
function notesOf(mutual, name) {
  const notes = new Map();
  for (const each of mutual) {
    const { key, note } = mutualWords(each, name);
    notes.set(key, note ?? notes.get(key) ?? null);
  }
  return notes;
}

/** @param {Loaded} loaded */
function answers({ partner, survey }) {
  const { name, activities, truth_topics: topics, domain_scores: scores, power_dynamic: power } = partner;
  if (partner.sharing !== "all_responses" || activities === null) return null;
  const yes = new Set([...activities, ...(topics ?? [])]);
  return h(
    "section",
    { class: "card-like", testid: "partner-answers" },
    h("h2", null, `What ${name} shares`),
    power === null ? null : h("p", null, partnerPowerWords(name, power)),
    scores === null ? null : DOMAINS.map(([key, label]) => part(label, scores[key] ?? null)),
    h("p", { class: "quiet" }, `${name}'s yes, as the survey asked ${name}:`),
    wishes(survey, (key) => yes.has(key), "No yes so far."),
  );
}
