/**
 * What the made-up server says to whoever asks, unless a state says otherwise.
 * @module
 */

import { EVENING } from "./evening.js";
import { after, JONAS, MADE_UP_TOKEN, ROOM } from "./cast.js";
import { NOTION } from "./notion.js";

/**
 * An answer by what was asked ("GET /api/me"): its body; a number is a refusal with that status, "never" no answer yet, "offline" none at all; an
 * object with an address alone is a picture that lies there, one with what it says an answer that comes piece by piece.
 * @typedef {Readonly<Record<string, unknown>>} Answers
 */

const NO_ANSWERS = { status: "in_progress", current_question: null, completion_percentage: 0, answers: {}, started_at: null };

export const UNASKED = {
  boundaries: { hard_limits: [], soft_limits: [], maybe_items: [], asked: true },
  declined_items: [],
  radar: {},
  answered_domains: [],
  power: null,
  arousal: {},
  activities: {},
  truth_topics: {},
  archetype: null,
};

export const SURVEYED = {
  ...UNASKED,
  boundaries: {
    hard_limits: ["hardBoundaryBreath", "hardBoundaryRecord"],
    soft_limits: ["hardBoundaryRestrain"],
    maybe_items: [],
    asked: true,
  },
  radar: { sensation: 62, connection: 91, power: 34, exploration: 48, verbal: 77 },
  answered_domains: ["sensation", "connection", "power", "exploration", "verbal"],
  power: { orientation: "Switch", top_score: 52, bottom_score: 58, confidence_band: "Moderate confidence", answered: true, faint: false },
  arousal: {
    sexual_excitation: { score: 0.68, band: "High" },
    inhibition_performance: { score: 0.41, band: "Moderate" },
    inhibition_consequence: { score: 0.22, band: "Low" },
  },
  activities: { massage_receive: 1, massage_give: 1, dirty_talk: 0.5, blindfold_receive: 0.5 },
  truth_topics: { fantasies: 1, turn_ons: 1 },
  archetype: { title: "The slow one", text: "You like to be close first and playful after. Words and time draw you more than anything new." },
};

export const FINISHED = { ...NO_ANSWERS, status: "completed", completion_percentage: 100, started_at: after(-86_400 * 9) };
export const BEGUN = { ...NO_ANSWERS, current_question: "A6", completion_percentage: 36, answers: { A1: 5, A2: 6 }, started_at: after(-3600) };

export const CONNECTED = {
  id: 1,
  status: "accepted",
  role: "requester",
  words: [],
  claimed: true,
  accepted_by_me: true,
  partner_name: "Jonas",
  partner_user_id: JONAS,
  session_id: null,
  expires_at: after(300),
};

/** A link with its code, as the server makes them. */
export const INVITATION = {
  token: MADE_UP_TOKEN,
  link: `http://localhost/j/${MADE_UP_TOKEN}`,
  qr_svg: '<svg viewBox="0 0 9 9"><path fill="#fff" d="M0 0h9v9H0z"/><path d="M1 1h3v3H1zM5 1h3v3H5zM1 5h3v3H1zM5 5h1v1H5zM7 5h1v2H7zM5 7h2v1H5z"/></svg>',
  words: ["silver", "harbour", "cello"],
  expires_at: after(288),
};

export const FIT = {
  score: 78,
  interpretation: "You have much in common, and enough that is different to be curious about.",
  breakdown: { power: 3.4, domains: 4.1, activities: 4, topics: 4.6 },
  mutual: [
    { key: "massage_give", gives: "me" },
    { key: "hair_pull_gentle_give", gives: "partner" },
    { key: "dirty_talk", gives: "both" },
  ],
  mutual_topics: ["fantasies", "turn_ons"],
};

const OWN_CARD = { type: "dare", rating: "R", tags: [], written_by: "me", status: "waiting" };
const SAID = "Hold hands and breathe together until one of you laughs.";

/** @type {Answers} */
export const USUAL = {
  ...EVENING,
  ...NOTION,
  "POST /api/ws-tickets": { ticket: "made-up" },
  "POST /api/partners/connections/preview": { requester_name: "Jonas", expires_at: after(200), kind: "game", own: false },
  "POST /api/anonymous-sessions": { session_id: ROOM, token: "made-up" },
  "POST /api/notifications/read": {},
  "PATCH /api/survey/progress": NO_ANSWERS,
  "PATCH /api/profile/boundaries": UNASKED,
  "GET /api/sessions": { items: [], next_cursor: null },
  "GET /api/me/imports": { items: [], next_cursor: null },
  "GET /api/notifications": { items: [], next_cursor: null },
  "GET /api/partners/connections": { items: [CONNECTED], next_cursor: null },
  "GET /api/partners/remembered": {
    items: [{ user_id: JONAS, name: "Jonas", email: "jonas@example.org", last_played_at: after(-86_400), connection_id: 1 }],
    next_cursor: null,
  },
  "GET /api/partners/blocked": { items: [], next_cursor: null },
  "GET /api/survey/progress": NO_ANSWERS,
  "GET /api/profile": UNASKED,
  "GET /api/devices/web-key": { public_key: null },
  "GET /api/me": {
    id: "00000000-0000-4000-8000-0000000000a1",
    display_name: "Mara",
    email: "mara@example.org",
    auth_provider: "email",
    profile_completed: true,
    adult_confirmed_at: after(-86_400 * 30),
    profile_sharing_setting: "overlapping_only",
    notification_preferences: { push: "discreet", quiet_hours: { from: "22:00", to: "07:00" }, time_zone: "Europe/Berlin" },
    demographics: { gender: "Woman", orientation: null, relationship_structure: null },
  },
  "GET /api/kinksters/providers": { providers: ["openai_responses"], images: true, styles: ["photo", "painting", "watercolour", "ink", "comic", "noir"] },
  "GET /api/me/limits": { items: [], next_cursor: null },
  "GET /api/me/logins": {
    items: [
      { id: "1", created_at: after(-86_400 * 20), last_used_at: after(-60), current: true },
      { id: "2", created_at: after(-86_400 * 4), last_used_at: after(-86_400), current: false },
      { id: "3", created_at: after(-86_400 * 90), last_used_at: after(-86_400 * 40), current: false },
    ],
    next_cursor: null,
  },
  "GET /api/subscription": {
    tier: "free",
    expires_at: null,
    platform: null,
    used: 16,
    limit: 25,
    remaining: 9,
    resets_at: after(5 * 3600),
    billing_issue: false,
  },
  "GET /api/subscription/plans": {
    items: [
      { product_id: "premium", tier: "premium", period: "month", price: 4.99, currency: "USD" },
      { product_id: "premium_annual", tier: "premium", period: "year", price: 29.99, currency: "USD" },
    ],
  },
  [`GET /api/partners/${JONAS}/profile`]: {
    name: "Jonas",
    sharing: "overlapping_only",
    demographics: {},
    activities: null,
    truth_topics: null,
    domain_scores: null,
    power_dynamic: null,
  },
  [`GET /api/partners/${JONAS}/compatibility`]: FIT,
  [`GET /api/partners/${JONAS}/favourites`]: {
    items: [{ activity_id: 7, type: "truth", rating: "G", script: { steps: [{ actor: "A", do: "Which evening would you live again?" }] } }],
    next_cursor: null,
  },
  "GET /api/cards": {
    items: [
      { ...OWN_CARD, id: 1, written_by: "partner", steps: [{ actor: "A", do: SAID }] },
      { ...OWN_CARD, id: 2, steps: [{ actor: "B", do: "Tell me what you thought when you saw me first." }] },
      { ...OWN_CARD, id: 3, status: "approved", steps: [{ actor: "A", do: "Read the first page of a book aloud, as seriously as you can." }] },
    ],
    next_cursor: null,
  },
};
