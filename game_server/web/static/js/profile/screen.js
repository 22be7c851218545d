/**
 * "You": what the survey says about its owner at a glance, and lines that lead to everything one sets about oneself. Each of them has a
 * screen of its own below `/you/`.
 * @module
 */

import { dataPage } from "../account/data.js";
import { askToErase } from "../account/erase.js";
import { leaving } from "../account/leaving.js";
import { loginsPage, openLogins } from "../account/logins.js";
import { namePage } from "../account/name.js";
import { passwordPage } from "../account/password.js";
import { phoneBox } from "../account/phone.js";
import { PRIVACY, privacyPage } from "../account/privacy.js";
import { ApiError } from "../api.js";
import { broughtAsks, toBonds } from "../bonds/entry.js";
import { toCharacters } from "../characters/entry.js";
import { areOffered } from "../characters/offers.js";
import { ownNotion, toNotion } from "../notion/offers.js";
import { notionPage } from "../notion/page.js";
import { browserCard } from "../reach/card.js";
import { reachForm } from "../reach/preferences.js";
import { parse } from "../router.js";
import { catalog } from "../survey/catalog.js";
import { backLink } from "../ui/back.js";
import { h } from "../ui/dom.js";
import { loading } from "../ui/loading.js";
import { box, doing, goto } from "../ui/rows.js";
import { listed } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { answersPage } from "./answers.js";
import { radar } from "./radar.js";
import { sharingPage } from "./sharing.js";
import { DOMAINS, SHARED } from "./words.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../ui/dom.js").Child} Child */
/** @typedef {import("../survey/questions.js").Progress} Progress */
/** @typedef {import("../survey/questions.js").Survey} Survey */
/** @typedef {import("../account/boundaries.js").Boundaries & {asked?: boolean}} Boundaries */
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
/**
 * @typedef {object} Account
 * @property {string} profile_sharing_setting
 * @property {import("../reach/preferences.js").Preferences} notification_preferences
 */
/** @typedef {{profile: Profile, progress: Progress, me: Account | null, logins: number | null, characters: boolean, notion: import("../notion/mirror.js").Status | null, asks: number}} Loaded me: null without an account; characters: does anybody play them here? notion: how it stands, where it is offered; asks: bonds from another app that wait for an answer */
/** @typedef {{title: string, accounts?: true, load: (app: App, draw: (content: Child) => void, until: AbortSignal) => Promise<Child>}} Part until: somebody leaves */

/** What lies behind a line, by its address below `/you/`. @type {Readonly<Record<string, Part>>} */
const PARTS = {
  answers: {
    title: _("My answers, in words"),
    load: async ({ api }) => {
      const [profile, survey] = await Promise.all([api.get("/api/profile"), catalog(api)]);
      return answersPage(profile, survey);
    },
  },
  sharing: { title: _("What partners see"), accounts: true, load: sharingPage },
  name: { title: _("Name and body"), load: namePage },
  password: { title: _("Sign-in and password"), accounts: true, load: passwordPage },
  logins: { title: _("Where I’m signed in"), accounts: true, load: loginsPage },
  told: {
    title: _("Notifications"),
    accounts: true,
    load: async (app) => {
      /** @type {Account} */
      const me = await app.api.get("/api/me");
      return [reachForm(app, me.notification_preferences), browserCard(app)];
    },
  },
  notion: { title: _("Notion"), accounts: true, load: notionPage },
  privacy: { title: PRIVACY, load: async () => privacyPage() },
  data: { title: _("Take my data with me"), load: async (app) => dataPage(app) },
};

/** @type {Screen} */
export const profileScreen = (root, app) => {
  const route = parse(location);
  const name = route.name === "you" ? (route.part ?? "") : "";
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (part === undefined || (part.accounts && app.identities.current()?.kind !== "user")) {
    const fromRoom = String(history.state?.from ?? "").startsWith("/room/"); // else the places lead on
    const load = async () => page(app, await read(app));
    const anyhow = () => box("leaving", null, [leavingLine(app)]); // who cannot be told who they are may go all the same
    return loading(root, () => heading(fromRoom ? backLink() : null, _("You")), load, { again: true, anyhow });
  }
  const back = () => h("a", { class: "back", testid: "back", href: "/you" }, _("‹ You"));
  const here = new AbortController();
  const load = async (/** @type {(content: Child) => void} */ draw) =>
    framed(name, await part.load(app, (content) => draw(framed(name, content)), here.signal));
  const leave = loading(root, () => heading(back(), part.title), load, { again: true });
  return () => {
    here.abort();
    leave();
  };
};

/** @param {Child} back @param {string} title */
function heading(back, title) {
  return h("header", null, back, h("h1", null, title));
}

/** @param {string} name @param {Child} content */
function framed(name, content) {
  return h("div", { class: "you", testid: `you-${name}` }, content);
}

/** @param {App} app @returns {Promise<Loaded>} */
async function read(app) {
  const user = app.identities.current()?.kind === "user";
  const [profile, progress, me, logins, characters, notion, asks] = await Promise.all([
    app.api.get("/api/profile"),
    app.api.get("/api/survey/progress"),
    user ? app.api.get("/api/me") : null,
    user ? openLogins(app).then(({ length }) => length, unknown) : null,
    areOffered(app),
    ownNotion(app),
    broughtAsks(app),
  ]);
  return { profile, progress, me, logins, characters, notion, asks };
}

/** How many there are is a convenience: without it the line is there all the same. @param {unknown} error */
function unknown(error) {
  if (!(error instanceof ApiError)) throw error;
  return null;
}

/** @param {App} app @param {Loaded} loaded */
function page(app, { profile, progress, me, logins, characters, notion, asks }) {
  const name = app.identities.current()?.name ?? "";
  return h(
    "div",
    { class: "you two", testid: "profile" },
    profile.archetype === null ? withoutSurvey(progress) : [archetype(profile.archetype), picture(profile, progress)],
    box("about-answers", null, aboutAnswers(profile, progress, me)),
    me === null
      ? null
      : box("lasting", null, [
          toBonds(asks),
          goto({ testid: "to-own-journal", href: "/you/journal", sign: "note", title: _("Journal"), hint: _("Only you read it") }),
          goto({ testid: "to-own-resources", href: "/you/resources", sign: "note", title: _("Things to read"), hint: _("Kept for yourself alone.") }),
          characters ? toCharacters() : null,
          notion === null ? null : toNotion(notion),
        ]),
    box("account", _("Account"), [
      goto({ testid: "to-name", href: "/you/name", sign: "you", title: name, hint: _("Name and body, used to choose cards") }),
      me === null ? null : goto({ testid: "to-password", href: "/you/password", sign: "key", title: _("Sign-in and password") }),
      me === null
        ? null
        : goto({
            testid: "to-logins",
            href: "/you/logins",
            sign: "phones",
            title: _("Where I’m signed in"),
            value: logins === null ? null : ngettext("{n} place", "{n} places", logins),
          }),
      goto({ testid: "to-plan", href: "/plan", sign: "moon", title: _("My plan") }),
    ]),
    phoneBox(app, me === null ? null : (me.notification_preferences.push ?? null)),
    leavingBox(app),
  );
}

/** @param {Profile} profile @param {Progress} progress @param {Account | null} me */
function aboutAnswers(profile, progress, me) {
  const begun = progress.status === "in_progress" && progress.started_at !== null;
  const again = begun
    ? _("You have begun to answer anew. Your profile changes when you hand it in.")
    : _("People change. So may your answers.");
  return [
    profile.power === null
      ? null
      : goto({
          testid: "retake-survey",
          href: "/survey",
          sign: "question",
          title: begun ? _("Go on with the questions") : _("Answer anew, or answer more"),
          hint: again,
        }),
    profile.power === null
      ? null
      : goto({ testid: "to-answers", href: "/you/answers", sign: "note", title: _("My answers, in words"), hint: _("Only you see them") }),
    goto({ testid: "to-limits", href: "/limits", sign: "limits", title: _("My limits") }),
    me === null
      ? null
      : goto({
          testid: "to-sharing",
          href: "/you/sharing",
          sign: "us",
          title: _("What partners see"),
          value: SHARED[me.profile_sharing_setting] ?? null,
        }),
  ];
}

/** What cannot be undone stands last, and asks first. @param {App} app */
function leavingBox(app) {
  return box("leaving", _("Your data"), [
    goto({ testid: "to-privacy", href: "/you/privacy", sign: "lock", title: PRIVACY }),
    goto({ testid: "to-data", href: "/you/data", sign: "out", title: _("Take my data with me") }),
    doing({
      testid: "erase",
      sign: "trash",
      title: _("Erase everything"),
      hint: _("At once, and for good"),
      onclick: (event) => askToErase(app, event),
    }),
    leavingLine(app),
  ]);
}

/** @param {App} app */
function leavingLine(app) {
  const user = app.identities.current()?.kind === "user";
  const title = user ? _("Sign out") : _("Forget me on this phone");
  return doing({ testid: "sign-out", sign: "exit", title, onclick: leaving(app) });
}

/** @param {Progress} progress */
function withoutSurvey(progress) {
  const percent = progress.completion_percentage;
  return h(
    "section",
    { class: "box", testid: "no-survey" },
    h("h2", null, _("Nothing here yet, and that is fine")),
    h("p", null, _("You can play without it. A few answers help us to choose cards that both of you enjoy.")),
    h(
      "a",
      { class: "button primary", href: "/survey", testid: "to-survey" },
      progress.started_at === null ? _("10 questions, or all 75") : _("{percent} % – go on", { percent }),
    ),
  );
}

/** @param {{title: string, text: string}} archetype */
function archetype({ title, text }) {
  return h("section", { class: "archetype", testid: "archetype" }, h("h2", null, title), h("p", null, text));
}

/** @param {Profile} profile @param {Progress} progress */
function picture(profile, progress) {
  const told = DOMAINS.filter(([key]) => profile.answered_domains.includes(key));
  const open = DOMAINS.filter(([key]) => !profile.answered_domains.includes(key)).map(([, label]) => label);
  const percent = progress.completion_percentage;
  const part = progress.status === "completed" && percent < 100;
  return h(
    "section",
    { class: "box" },
    told.length === 0 ? null : radar(told.map(([key, label]) => ({ label, value: Math.round(profile.radar[key] ?? 0) }))),
    open.length === 0
      ? null
      : h("p", { class: "quiet", testid: "open-domains" }, _("You have answered nothing yet about {domains}.", { domains: listed(open) })),
    part
      ? h(
          "p",
          { class: "quiet", testid: "partly" },
          _("Drawn from {percent} % of the questions, and nothing is guessed: with more answers it fills out.", { percent }),
        )
      : h("p", { class: "quiet" }, _("Drawn from your answers. Nothing is guessed.")),
  );
}
