/**
 * The states of everything around the room.
 * @module
 */

import { BEGUN, CONNECTED, FINISHED, FIT, INVITATION, SURVEYED, UNASKED } from "./answers.js";
import { EVENINGS, NOTED } from "./evening.js";
import { after, ANONYMOUS, JONAS, MADE_UP_TOKEN, MARA, NEWCOMER, ROOM } from "./cast.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./states.js").State} State */

/** @param {string} area @param {string} path @param {State["who"]} who */
function place(area, path, who) {
  return (/** @type {string} */ name, /** @type {Partial<State>} */ more = {}) => ({ name, area, path, who, ...more });
}

const PREVIEW = "POST /api/partners/connections/preview";
/** @param {object} changes @returns {Answers} */
const opens = (changes) => ({ [PREVIEW]: { requester_name: "Jonas", expires_at: after(200), kind: "game", own: false, ...changes } });

const OPEN_GAME = {
  session_id: ROOM,
  status: "active",
  seat: "A",
  joined: true,
  partner_name: "Jonas",
  intimacy_level: "R",
  current_step: 7,
  target_activities: 25,
};
/** @param {object} changes @returns {Answers} */
const games = (changes) => ({ "GET /api/sessions": { items: [{ ...OPEN_GAME, ...changes }], next_cursor: null } });
const NEWS = {
  items: [
    {
      id: 1,
      title: "Jonas said yes to your card",
      body: "It is one of your cards now.",
      link: `/partners/${JONAS}/cards`,
      created_at: after(-3600),
      read_at: null,
    },
  ],
  next_cursor: null,
};
const NOTHING = { items: [], next_cursor: null };
const NOBODY = { "GET /api/partners/connections": NOTHING, "GET /api/partners/remembered": NOTHING };
const BLOCKED = { "GET /api/partners/blocked": { items: [{ user_id: JONAS, name: "Alex" }], next_cursor: null } };
const PENDING = { ...CONNECTED, id: 2, status: "pending", partner_name: "Kim", partner_user_id: null, words: INVITATION.words };
/** @param {object} changes @returns {Answers} */
const connections = (changes) => ({ "GET /api/partners/connections": { items: [{ ...PENDING, ...changes }], next_cursor: null } });
const OFFLINE = { "GET /api/sessions": "offline", "GET /api/partners/connections": "offline", "GET /api/survey/progress": "offline" };
const SURVEY_BEGUN = { "GET /api/survey/progress": BEGUN };
const SURVEYED_TOO = { "GET /api/profile": SURVEYED, "GET /api/survey/progress": FINISHED };

const welcome = place("welcome", "/", null);
const join = place("joining", `/j/${MADE_UP_TOKEN}`, ANONYMOUS);
const home = place("home", "/", MARA);
const partners = place("partners", "/partners", MARA);
const fit = place("partners", `/partners/${JONAS}`, MARA);
const cards = place("partners", `/partners/${JONAS}/cards`, MARA);
const you = place("you", "/you", MARA);
const survey = place("survey", "/survey", MARA);
const limits = place("you", "/limits", MARA);
const evenings = place("evenings", "/evenings", MARA);
const evening = place("evenings", `/evenings/${ROOM}`, MARA);
const plan = place("you", "/plan", MARA);

/** @type {readonly State[]} */
export const AROUND = [
  welcome("welcome", { sees: "play-anonymously" }),
  welcome("welcome-sign-in", { press: ["way-login"], sees: "sign-in" }),
  welcome("welcome-register", { press: ["way-register"], sees: "register" }),
  welcome("welcome-forgotten", { press: ["way-login", "forgotten"], sees: "send-reset" }),
  welcome("welcome-invited", { path: `/j/${MADE_UP_TOKEN}`, sees: "play-anonymously" }),
  welcome("password-reset", { path: `/#password-reset=${MADE_UP_TOKEN}`, sees: "set-password" }),
  welcome("confirm-email", { path: `/#confirm-email=${MADE_UP_TOKEN}`, sees: "confirm-email" }),
  welcome("no-mails", { path: `/#no-mails=${MADE_UP_TOKEN}`, sees: "refuse-mails" }),
  welcome("nowhere", { path: "/nowhere" }),
  welcome("about-you", { who: NEWCOMER, sees: "save-demographics" }),
  join("join-game", { sees: "join" }),
  join("join-connection", { who: MARA, answers: opens({ kind: "connection" }), sees: "claim" }),
  join("join-connection-without-account", { answers: opens({ kind: "connection" }), sees: "needs-account" }),
  join("join-own", { answers: opens({ own: true, session_id: ROOM }), sees: "own-link" }),
  join("join-dead", { answers: { [PREVIEW]: { error: { code: "invalid_token", message: "Made up." } } }, sees: "dead-link" }),
  join("join-unreachable", { answers: { [PREVIEW]: "offline" }, sees: "link-not-looked-at" }),
  home("home", { answers: { "GET /api/survey/progress": FINISHED }, sees: "play-now" }),
  home("home-first", { who: ANONYMOUS, answers: NOBODY, sees: "survey-card" }),
  home("home-open-game", { answers: games({}), sees: "open-game" }),
  home("home-asked", { answers: games({ status: "waiting", seat: "B", joined: false, current_step: 0 }), sees: "decline-game" }),
  home("home-evening", { press: ["change-evening"], sees: "evening-sheet" }),
  home("home-evening-all", { press: ["change-evening", "more-settings"], sees: "evening-sheet" }),
  home("home-others", { press: ["somebody-else"], sees: "others-sheet" }),
  home("home-scan", { press: ["scan"], sees: "scan-sheet" }),
  home("home-news", { answers: { "GET /api/notifications": NEWS, ...SURVEY_BEGUN }, sees: "news" }),
  home("home-unreachable", { answers: OFFLINE, sees: "not-reached" }),
  home("home-one-phone", { press: ["somebody-else", "one-phone"], sees: "hosted" }),
  partners("partners", { sees: "connected" }),
  partners("partners-nobody", { answers: NOBODY, sees: "connect" }),
  partners("partners-without-account", { who: ANONYMOUS, sees: "to-sign-up" }),
  partners("partners-blocked", { answers: BLOCKED, sees: "blocked" }),
  partners("partners-words", { answers: connections({ accepted_by_me: false, role: "recipient" }), sees: "accept" }),
  partners("partners-waiting", { answers: connections({}), sees: "waiting" }),
  fit("fit", { answers: SURVEYED_TOO, sees: "mutual" }),
  fit("fit-early", { answers: { [`GET /api/partners/${JONAS}/compatibility`]: { ...FIT, score: null, breakdown: null, mutual: [] } }, sees: "nothing-to-compare" }),
  fit("fit-disconnecting", { press: ["disconnect"], sees: "disconnect-yes-sheet" }),
  fit("fit-blocking", { press: ["blocking"], sees: "block-sheet" }),
  fit("fit-not-connected", { answers: { [`GET /api/partners/${JONAS}/profile`]: 404 }, sees: "not-connected" }),
  cards("our-cards", { sees: "our-cards" }),
  you("you", { answers: SURVEYED_TOO, sees: "profile" }),
  you("you-without-survey", { sees: "no-survey" }),
  you("you-erase", { press: ["erase"], sees: "erasing-sheet" }),
  you("you-without-account", { who: ANONYMOUS, sees: "profile" }),
  you("you-answers", { path: "/you/answers", answers: SURVEYED_TOO, sees: "interests" }),
  you("you-sharing", { path: "/you/sharing", answers: SURVEYED_TOO, sees: "seen-now" }),
  you("you-name", { path: "/you/name", sees: "about-me" }),
  you("you-password", { path: "/you/password", sees: "changing-password" }),
  you("you-logins", { path: "/you/logins", sees: "logins" }),
  you("you-told", { path: "/you/told", sees: "reach" }),
  you("you-unreachable", { answers: { "GET /api/profile": "offline" }, sees: "sign-out" }),
  you("you-privacy", { path: "/you/privacy", sees: "who-reads-what" }),
  you("you-data", { path: "/you/data", sees: "your-data" }),
  you("you-leaving", { who: ANONYMOUS, press: ["sign-out"], sees: "leaving-sheet" }),
  survey("survey-begin", { sees: "form-short" }),
  survey("survey-question", { press: ["form-short"], sees: "question" }),
  survey("survey-going-on", { answers: SURVEY_BEGUN, sees: "question" }),
  survey("survey-again", { answers: SURVEYED_TOO, sees: "retake" }),
  survey("survey-unreachable", { answers: { "GET /api/survey/progress": "offline" }, sees: "unreachable" }),
  limits("my-limits", { answers: { "GET /api/profile": SURVEYED }, sees: "limits" }),
  limits("my-limits-not-asked", {
    answers: { "GET /api/profile": { ...UNASKED, boundaries: { ...UNASKED.boundaries, asked: false } } },
    sees: "not-asked",
  }),
  evenings("evenings", { answers: { ...EVENINGS, ...NOTED }, sees: "evening-note" }),
  evenings("evenings-none", { who: ANONYMOUS, sees: "no-evenings" }),
  evenings("evenings-unreachable", { answers: { "GET /api/sessions": "offline" }, sees: "read-again" }),
  evening("evening", { answers: NOTED, sees: "note" }),
  evening("evening-card-opened", { press: ["mini-2"], sees: "face-up" }),
  plan("plan", { sees: "plan" }),
  plan("plan-premium", {
    answers: {
      "GET /api/subscription": { tier: "premium", expires_at: after(86_400 * 20), platform: "ios", used: 3, limit: 25, remaining: null, resets_at: after(1), billing_issue: true },
    },
    sees: "premium",
  }),
  plan("plan-without-account", { who: ANONYMOUS, sees: "to-sign-up" }),
];
