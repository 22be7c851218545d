/**
 * A player's own limits. They hold in every game at once, also in one that is open now, and nobody else sees them.
 * @module
 */

import { ApiError } from "../api.js";
import { ownLimits, ownLimitsBox } from "../bonds/ownlimits.js";
import { catalog } from "../survey/catalog.js";
import { byChapter } from "../survey/questions.js";
import { backLink } from "../ui/back.js";
import { h } from "../ui/dom.js";
import { choice, form, problemPlace } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { _ } from "../ui/tongue.js";
import { wereAsked, WITHOUT_LIMITS } from "./boundaries.js";
import { limitsOf, OwnLimits } from "./ownlimits.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../survey/questions.js").Survey} Survey */
/**
 * @typedef {object} Own the part of one's profile that limits are about
 * @property {import("./boundaries.js").Boundaries} boundaries
 * @property {string[]} declined_items
 * @property {Record<string, number>} activities empty without a survey
 */

const MAYBE = 0.5;
const SINGLE = "maybe_items";

/** @type {Screen} */
export const limitsScreen = (root, app) =>
  loading(
    root,
    heading,
    async (draw) => {
      const [profile, survey] = await Promise.all([app.api.get("/api/profile"), catalog(app.api)]);
      const offered = singleThings(profile, survey);
      let nevers = await neversOf(app);
      const page = () => [limitsForm(app, own, offered), ownLimitsBox(app.api, nevers, again)];
      const again = async () => {
        nevers = await neversOf(app);
        draw(page());
      };
      const own = new OwnLimits(app.api, () => draw(page()), profile.boundaries);
      return page();
    },
    { again: true },
  );

/** Those of bonds; without them the page is there all the same. @param {App} app */
async function neversOf(app) {
  if (app.identities.current()?.kind !== "user") return [];
  try {
    return await ownLimits(app.api);
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

function heading() {
  return h("header", null, backLink(), h("h1", null, _("My limits")));
}

/** @param {App} app @param {OwnLimits} own @param {Things} offered */
function limitsForm(app, own, offered) {
  const { known, problem } = own;
  const done = async (/** @type {FormData} */ _data, /** @type {HTMLFormElement} */ sent) => {
    await own.answered();
    if (own.problem !== null) return;
    if (sent.isConnected && history.length > 1) history.back();
    else app.goOn(sent, "/");
  };
  return form(
    { class: "box", testid: "limits" },
    done,
    known === null || wereAsked(known)
      ? null
      : h("p", { testid: "not-asked" }, WITHOUT_LIMITS, " ", _("“Done” answers it, also with nothing but “Fine”.")),
    h(
      "p",
      null,
      _("“Never” keeps cards away at every level. “Carefully” keeps them away except at Bold. Your partner does not see what you choose; the server reads it, to choose cards."),
    ),
    h("p", { class: "quiet" }, _("A change counts at once, in open games too.")),
    h("p", { class: "problem", role: "alert", testid: "limits-problem" }, problem),
    known === null ? h("button", { type: "button", testid: "read-again", onclick: () => void own.read() }, _("Try again")) : limitsOf(own, known),
    known === null || offered.length === 0 ? null : singleForm(own, offered, known.maybe_items),
    problemPlace(),
    h("button", { class: "primary", testid: "limits-done" }, _("Done")),
  );
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

/** @param {OwnLimits} own @param {Things} things @param {string[]} marked */
function singleForm(own, things, marked) {
  const touched = (/** @type {Event} */ { target }) => target instanceof HTMLInputElement && own.mark(target.value, target.checked);
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
        touched,
      ),
    ),
  );
}
