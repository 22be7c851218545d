/**
 * A made-up evening that is over: its cards, a heart or two, and a note.
 * @module
 */

import { after, ended, JONAS, ROOM } from "./cast.js";

const SAYINGS = [
  "What made you smile first today?",
  "Trace a word on your partner's back and let them guess it.",
  "Tell {partner} about a kiss that you still think of.",
  "Feed each other something sweet, eyes closed.",
  "Which of the two of you is braver, and when did you see it last?",
];

/** @param {number} kept cards @returns {object[]} as the turn log has them */
export function log(kept) {
  return Array.from({ length: kept }, (_, place) => ({
    seq: place + 1,
    activity_id: place + 1,
    type: place % 3 === 1 ? "dare" : "truth",
    rating: "R",
    intensity: 2,
    script: { steps: [{ actor: place % 2 ? "B" : "A", do: SAYINGS[place % SAYINGS.length] }] },
    tags: [],
    roles: { active_player: place % 2 ? "B" : "A" },
    source: "bank",
    created_at: after(-3600),
  }));
}

/** @type {Partial<import("../static/js/room/protocol.js").RoomState>} */
export const OWN_HEARTS = { my_feedback: { 2: { feedback: "like" }, 5: { feedback: "like" } } };

/** @type {Readonly<Record<string, unknown>>} */
export const EVENING = {
  [`GET /api/sessions/${ROOM}`]: { seq: 90, state: ended("target", 10, OWN_HEARTS), partner_user_id: JONAS },
  [`GET /api/sessions/${ROOM}/activities`]: { items: log(25), next_cursor: null },
  [`GET /api/sessions/${ROOM}/note`]: { text: null, updated_at: null },
  "GET /api/history": {
    items: Array.from({ length: 10 }, (_, place) => ({
      id: 10 - place,
      session_id: ROOM,
      activity_id: 10 - place,
      activity_type: place % 3 === 1 ? "dare" : "truth",
      was_skipped: false,
      feedback_type: place === 5 || place === 8 ? "like" : null,
      feedback_executed: true,
      presented_at: after(-3600 - place * 200),
      theme_tags: [],
    })),
    next_cursor: null,
  },
};

export const NOTED = { [`GET /api/sessions/${ROOM}/note`]: { text: "Slower next time.\nThe kitchen!", updated_at: after(-60) } };

const LISTED = /** @type {const} */ ([
  [ROOM, "completed", 7200],
  [`earlier-${ROOM}`, "completed", 4 * 3600],
  [`stopped-${ROOM}`, "stopped", 40 * 86_400],
]);

/** The list of evenings: two of one day, and one that was stopped. */
export const EVENINGS = {
  "GET /api/sessions": {
    items: LISTED.map(([session_id, status, ago_s]) => ({
      session_id,
      seat: "A",
      status,
      joined: true,
      partner_name: "Jonas",
      partner_user_id: JONAS,
      intimacy_level: "R",
      current_step: 10,
      target_activities: 25,
      created_at: after(-ago_s),
      completed_at: after(-60),
    })),
    next_cursor: null,
  },
  [`GET /api/sessions/earlier-${ROOM}/note`]: { text: null, updated_at: null },
  [`GET /api/sessions/stopped-${ROOM}/note`]: { text: null, updated_at: null },
};
