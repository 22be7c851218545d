/**
 * "You": what the survey says about its owner, the limits that hold, and what connected partners may see.
 * @module
 */

import { dataCard } from "../account/data.js";
import { wereAsked, WITHOUT_LIMITS } from "../account/limits.js";
import { browserCard } from "../reach/card.js";
import { reachForm } from "../reach/preferences.js";
import { catalog } from "../survey/catalog.js";
import { labels } from "../survey/questions.js";
import { h } from "../ui/dom.js";
import { loading } from "../ui/loading.js";
import { bar } from "./bar.js";
import { radar } from "./radar.js";
import { sharingForm } from "./sharing.js";
import { arousalWords, DOMAINS, limitWords, powerWords } from "./words.js";
import { wishes } from "./wishes.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../survey/questions.js").Progress} Progress */
/** @typedef {import("../survey/questions.js").Survey} Survey */
/** @typedef {import("../account/limits.js").Boundaries & {asked?: boolean}} Boundaries */
/**
 * @typedef {object} Profile
 * @property {Boundaries} boundaries
 * @property {Record<string, number>} radar
 * @property {string[]} answered_domains those of the radar of which something was answered
 * @property {import("./words.js").Power | null} power null without a survey
 * @property {Record<string, import("./words.js").Arousal>} arousal
 * @property {Record<string, number>} activities
 * @property {Record<string, number>} truth_topics
 * @property {{title: string, text: string} | null} archetype
 */
/** @typedef {{profile: Profile, survey: Survey, progress: Progress, sharing: string | null,
 *   reach: import("../reach/preferences.js").Preferences | null}} Loaded */

const YES = 1;
const MAYBE = 0.5;
const FEW = 4;

/** @type {Screen} */
export const profileScreen = (root, app) => {
  return loading(root, heading, async () => page(app, await read(app)));
};

function heading() {
  return h("header", null, h("a", { class: "back", href: "/" }, "‹ To the start"), h("h1", null, "You"));
}

/** @param {App} app @returns {Promise<Loaded>} */
async function read(app) {
  const user = app.identities.current()?.kind === "user";
  const [profile, survey, progress, me] = await Promise.all([
    app.api.get("/api/profile"),
    catalog(app.api),
    app.api.get("/api/survey/progress"),
    user ? app.api.get("/api/me") : null,
  ]);
  return { profile, survey, progress, sharing: me?.profile_sharing_setting ?? null, reach: me?.notification_preferences ?? null };
}

/** @param {App} app @param {Loaded} loaded */
function page(app, { profile, survey, progress, sharing, reach }) {
  return h(
    "div",
    { testid: "profile" },
    profile.power === null || profile.archetype === null
      ? withoutSurvey(progress)
      : [
          archetype(profile.archetype),
          picture(profile, progress),
          power(profile.power),
          arousal(profile),
          interests(profile, survey),
        ],
    limits(profile.boundaries, survey),
    sharing === null ? null : sharingForm(app, sharing),
    reach === null ? null : reachForm(app, reach),
    sharing === null ? null : browserCard(app),
    profile.power === null ? null : again(progress),
    dataCard(app),
  );
}

/** @param {Progress} progress */
function withoutSurvey(progress) {
  return h(
    "section",
    { class: "card-like", testid: "no-survey" },
    h("h2", null, "Nothing here yet, and that is fine"),
    h("p", null, "You can play without it. A few answers help us to choose cards that both of you enjoy."),
    h(
      "a",
      { class: "button primary", href: "/survey", testid: "to-survey" },
      progress.started_at === null ? "10 questions, or all 75" : `${progress.completion_percentage} % – go on`,
    ),
  );
}

/** @param {{title: string, text: string}} archetype */
function archetype({ title, text }) {
  return h("section", { class: "archetype", testid: "archetype" }, h("h2", null, title), h("p", null, text));
}

/** @param {Profile} profile @param {Progress} progress */
function picture(profile, progress) {
  const rays = DOMAINS.map(([key, label]) => ({ label, value: Math.round(profile.radar[key] ?? 0) }));
  const told = new Set(profile.answered_domains);
  const open = DOMAINS.filter(([key]) => !told.has(key)).map(([, label]) => label);
  const part = progress.status === "completed" && progress.completion_percentage < 100;
  return h(
    "section",
    { class: "card-like" },
    h("h2", null, "What draws you"),
    radar(rays),
    open.length === 0
      ? null
      : h("p", { class: "quiet", testid: "open-domains" }, `You have answered nothing yet about ${joined(open)}: a 0 there says nothing.`),
    part
      ? h(
          "p",
          { class: "quiet", testid: "partly" },
          `Drawn from ${progress.completion_percentage} % of the questions; with more answers it fills out. `,
          h("a", { href: "/survey" }, "Answer more"),
        )
      : null,
    h(
      "details",
      null,
      h("summary", null, "In words"),
      h(
        "table",
        { testid: "radar-table" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            ["Domain", "What it is", "0 to 100"].map((text) => h("th", { scope: "col" }, text)),
          ),
        ),
        h(
          "tbody",
          null,
          DOMAINS.map(([key, label, meaning]) =>
            h(
              "tr",
              null,
              h("th", { scope: "row" }, label),
              h("td", null, meaning),
              h("td", null, told.has(key) ? Math.round(profile.radar[key] ?? 0) : "not answered"),
            ),
          ),
        ),
      ),
    ),
  );
}

/** @param {readonly string[]} words */
function joined(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

/** @param {import("./words.js").Power} power */
function power(power) {
  return h(
    "section",
    { class: "card-like", testid: "power" },
    h("h2", null, "Leading and following"),
    h("p", null, powerWords(power)),
    power.top_score === null ? null : bar("Leading", power.top_score),
    power.bottom_score === null ? null : bar("Following", power.bottom_score),
  );
}

/** @param {Profile} profile */
function arousal(profile) {
  const found = arousalWords(profile.arousal);
  return h(
    "section",
    { class: "card-like", testid: "arousal" },
    h("h2", null, "How desire moves"),
    found.length === 0
      ? h("p", { class: "quiet" }, "You have not answered these questions. Only you would see what comes of them.")
      : found.map(({ label, percent, band }) => bar(label, percent, band)),
    found.length === 0 || found.length === 3
      ? null
      : h("p", { class: "quiet", testid: "arousal-open" }, "The other questions about it you have not answered."),
  );
}

/** @param {Profile} profile @param {Survey} survey */
function interests(profile, survey) {
  const score = (/** @type {string} */ key) => profile.activities[key] ?? profile.truth_topics[key] ?? 0;
  return h(
    "section",
    { class: "card-like", testid: "interests" },
    h("h2", null, "What you enjoy"),
    wishes(
      survey,
      (key) => score(key) === YES,
      "No yes and no maybe so far.",
      (key) => score(key) === MAYBE,
    ),
  );
}

/** @param {Boundaries} boundaries @param {Survey} survey */
function limits(boundaries, survey) {
  const { hard_limits: hard, soft_limits: soft, maybe_items: maybe } = boundaries;
  const asked = wereAsked(boundaries);
  const words = labels(survey);
  const rows = [
    ["Never", limitWords(hard)],
    ["Carefully", limitWords(soft)],
    ["Maybe", maybe.length > FEW ? [`${maybe.length} things`] : maybe.map((key) => words.get(key) ?? key)],
  ].filter(([, items]) => (items ?? []).length > 0);
  return h(
    "section",
    { class: "card-like", testid: "boundaries" },
    h("h2", null, "Your limits"),
    asked ? null : h("p", { testid: "limits-not-asked" }, WITHOUT_LIMITS),
    asked && rows.length === 0 ? h("p", null, "You have set none.") : null,
    h(
      "dl",
      { class: "limits" },
      rows.map(([name, items]) => [h("dt", null, name), h("dd", null, /** @type {string[]} */ (items).join(" · "))]),
    ),
    h("p", { class: "quiet" }, "They hold in every game, at once. Your partner does not see them."),
    h("a", { class: "button", href: "/limits", testid: "edit-limits" }, asked ? "Change my limits" : "Say my limits"),
  );
}

/** @param {Progress} progress */
function again(progress) {
  const begun = progress.status === "in_progress" && progress.started_at !== null;
  return h(
    "section",
    { class: "card-like" },
    h(
      "p",
      null,
      begun
        ? "You have begun to answer anew. Your profile changes when you hand it in."
        : "People change. So may your answers.",
    ),
    h(
      "a",
      { class: "button", href: "/survey", testid: "retake-survey" },
      begun ? "Go on with the survey" : "Answer the survey anew",
    ),
  );
}
