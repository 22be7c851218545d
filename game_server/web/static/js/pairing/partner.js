/**
 * A connected partner: what both say yes to, where the two meet, and what that partner's own setting opens. Nothing is kept or worked
 * out here.
 * @module
 */

import { box, goto } from "../ui/rows.js";
import { ApiError } from "../api.js";
import { DOMAINS, partnerPowerWords, SHARED } from "../profile/words.js";
import { wishes } from "../profile/wishes.js";
import { catalog } from "../survey/catalog.js";
import { h, render } from "../ui/dom.js";
import { explain } from "../ui/forms.js";
import { _ } from "../ui/tongue.js";
import { pairOf } from "./pair.js";
import { partingBox } from "./parting.js";
import { earlyBox, levelLine, meetingBox, mutualTopics, mutualWishes, topicsBox, wishesBox } from "./shared.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../ui/dom.js").Child} Child */
/** @typedef {import("../survey/questions.js").Survey} Survey */
/** @typedef {import("./shared.js").Names} Names */
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
 * @property {number | null} score null: too few questions that both have answered
 * @property {string | null} interpretation
 * @property {Record<string, number | null> | null} breakdown each part on 1 to 5
 * @property {import("../profile/words.js").Mutual[]} mutual
 * @property {string[]} mutual_topics
 */
/** @typedef {{partner: PartnerProfile, fit: Compatibility, survey: Survey, more: boolean}} Loaded more: of one's own questions are open */
/** @typedef {{connection: number | null, remembered: boolean, sharing: string | null}} Tie what one's own side of it is */
/** @typedef {{id: number, status: string, partner_user_id: string | null}} Connection */

const ALL = 100;

/** @param {string} id @returns {Screen} */
export function partnerScreen(id) {
  return (root, app) => {
    let here = true;
    const draw = (/** @type {string} */ title, /** @type {Child} */ content) => {
      if (here) render(root, heading(title), content);
    };
    const load = async () => {
      const tied = tie(app, id);
      try {
        const loaded = await read(app, id);
        draw(_("You and {name}", { name: loaded.partner.name }), page(app, id, loaded, await tied));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        draw(_("Partner"), refusal(error));
      }
    };
    draw(_("Partner"), h("p", { class: "quiet" }, _("One moment …")));
    void load();
    return () => {
      here = false;
    };
  };
}

/** @param {string} title */
function heading(title) {
  return h("header", null, h("a", { class: "back", href: "/partners" }, _("‹ Partners")), h("h1", null, title));
}

/** @param {ApiError} error */
function refusal(error) {
  if (error.status === 403) return h("p", null, _("Partners are remembered for accounts only."));
  return error.status === 404 ? notConnected() : h("p", { class: "problem", role: "alert" }, explain(error));
}

/** What stands where two who are not connected would see each other. */
export function notConnected() {
  return h(
    "section",
    { class: "box", testid: "not-connected" },
    h("p", null, _("You are not connected now, so there is nothing to see here.")),
    h("a", { class: "button", href: "/partners" }, _("To your partners")),
  );
}

/** @param {App} app @param {string} id @returns {Promise<Loaded>} */
async function read(app, id) {
  const path = `/api/partners/${encodeURIComponent(id)}`;
  const [partner, fit, survey, progress] = await Promise.all([
    app.api.get(`${path}/profile`),
    app.api.get(`${path}/compatibility`),
    catalog(app.api),
    app.api.get("/api/survey/progress").catch(nothing),
  ]);
  return { partner, fit, survey, more: (progress?.completion_percentage ?? 0) < ALL };
}

/** What the page can do without is not worth an error. @param {unknown} error */
function nothing(error) {
  if (!(error instanceof ApiError)) throw error;
  return null;
}

/** @param {App} app @param {string} id @returns {Promise<Tie>} */
async function tie(app, id) {
  const [connections, remembered, me] = await Promise.all([
    app.api.get("/api/partners/connections").catch(nothing),
    app.api.get("/api/partners/remembered").catch(nothing),
    app.api.get("/api/me").catch(nothing),
  ]);
  const connected = (connections?.items ?? []).find(
    (/** @type {Connection} */ each) => each.status === "accepted" && each.partner_user_id === id,
  );
  return {
    connection: connected?.id ?? null,
    remembered: (remembered?.items ?? []).some((/** @type {{user_id: string}} */ each) => each.user_id === id),
    sharing: me?.profile_sharing_setting ?? null,
  };
}

/** @param {App} app @param {string} id @param {Loaded} loaded @param {Tie} standing */
function page(app, id, loaded, standing) {
  const { partner, fit, survey, more } = loaded;
  const names = { mine: app.identities.current()?.name ?? "", partners: partner.name };
  return h(
    "div",
    { class: "you two", testid: "partner" },
    about(partner),
    partner.sharing === "demographics_only"
      ? notShared(names)
      : together(names, mutualWishes(fit, survey, partner.name), mutualTopics(fit, survey), fit, more),
    answers(loaded),
    ways(id, partner, standing),
    partingBox(app, { id, name: partner.name, ...standing }),
  );
}

/**
 * First what both say yes to. Where too little is answered, and nothing is mutual yet, that is all there is to say.
 * @param {Names} names @param {import("./shared.js").Wish[]} mutual @param {string[]} topics @param {Compatibility} fit @param {boolean} more
 */
function together(names, mutual, topics, fit, more) {
  const early = fit.score === null;
  const alone = early && mutual.length === 0;
  return [
    alone ? null : wishesBox(mutual, names),
    topicsBox(topics),
    early ? earlyBox(alone ? names : null, more) : meetingBox(fit),
  ];
}

/** @param {PartnerProfile} partner */
function about({ demographics }) {
  const said = Object.values(demographics).filter(Boolean);
  return said.length > 0 ? h("p", { class: "quiet", testid: "about-partner" }, said.join(" · ")) : null;
}

/** @param {Names} names */
function notShared({ mine, partners: name }) {
  return h(
    "section",
    { class: "box early", testid: "not-shared" },
    pairOf(mine, name, "big"),
    h("p", null, _("{name} keeps the survey private. That is a good choice too: ask, and talk.", { name })),
  );
}

/** @param {Loaded} loaded */
function answers({ partner, survey }) {
  const { name, activities, truth_topics: topics, domain_scores: scores, power_dynamic: power } = partner;
  if (partner.sharing !== "all_responses" || activities === null) return null;
  const yes = new Set([...activities, ...(topics ?? [])]);
  return h(
    "section",
    { class: "box", testid: "partner-answers" },
    h("h2", null, _("What {name} shares", { name })),
    power === null ? null : h("p", null, partnerPowerWords(name, power)),
    scores === null
      ? null
      : h(
          "ul",
          { class: "rows" },
          DOMAINS.map(([key, label]) => levelLine(label, scores[key] ?? null)),
        ),
    h("p", { class: "quiet" }, _("What {name} says yes to, as the survey asked:", { name })),
    wishes(survey, (key) => yes.has(key), _("No yes so far.")),
  );
}

/** @param {string} id @param {PartnerProfile} partner @param {Tie} standing */
function ways(id, { name }, { sharing }) {
  return box("ways", null, [
    goto({
      testid: "our-cards-link",
      href: `/partners/${encodeURIComponent(id)}/cards`,
      sign: "heart",
      title: _("Our cards"),
      hint: _("Those you write for the two of you, and those you both loved"),
    }),
    goto({
      testid: "what-they-see",
      href: "/you/sharing",
      sign: "lock",
      title: _("What {name} may see of you", { name }),
      value: sharing === null ? null : (SHARED[sharing] ?? null),
    }),
  ]);
}
