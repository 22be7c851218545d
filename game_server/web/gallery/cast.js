/**
 * The people, cards and rooms of the gallery: all made up, and each with only what a state has to say.
 * @module
 */

/** @typedef {import("../static/js/account/identity.js").Identity} Identity */
/** @typedef {import("../static/js/room/protocol.js").Card} Card */
/** @typedef {import("../static/js/room/protocol.js").RoomState} RoomState */
/** @typedef {import("../static/js/room/protocol.js").SeatState} SeatState */
/** @typedef {import("../static/js/room/protocol.js").ServerMessage} ServerMessage */

export const ROOM = "00000000-0000-4000-8000-000000000014";
export const JONAS = "00000000-0000-4000-8000-0000000000b1";
export const MADE_UP_TOKEN = "made-up-made-up-made-up-made-up";

/** @type {Identity} */
export const ANONYMOUS = {
  kind: "anonymous",
  id: "00000000-0000-4000-8000-0000000000a0",
  token: "made-up",
  since: Date.now(),
  name: "Mara",
  completed: true,
};
/** @type {Identity} */
export const MARA = {
  kind: "user",
  id: "00000000-0000-4000-8000-0000000000a1",
  access: "made-up",
  refresh: "made-up",
  remember: true,
  name: "Mara",
  completed: true,
  adult: true,
};
/** @type {Identity} */
export const NEWCOMER = { ...ANONYMOUS, name: null, completed: false };

/** @param {number} seconds from now @returns {string} RFC 3339 */
export function after(seconds) {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

/** @param {string} name @param {Partial<SeatState>} [changes] @returns {SeatState} */
export function seat(name, changes = {}) {
  return { name, hosted: false, ready: true, ...changes };
}

/** @param {Partial<Card> & {steps?: Card["script"]["steps"]}} [changes] @returns {Card} */
export function card({ steps, ...changes } = {}) {
  return {
    activity_id: 1,
    type: "dare",
    rating: "R",
    intensity: 2,
    script: { steps: steps ?? [{ actor: "A", do: "Put on one song and slow dance with your partner, no talking, until it ends." }] },
    active: "A",
    partner: "B",
    tags: [],
    source: "bank",
    phase: "build",
    seq_no: 11,
    ...changes,
  };
}

export const TRUTH = card({
  type: "truth",
  rating: "G",
  steps: [{ actor: "A", do: "Which small thing that your partner does every day would you miss first?" }],
});
export const MINUTE = card({
  steps: [
    { actor: "A", do: "Stroke your partner’s back with your fingertips, as lightly as you can.", duration_s: 60 },
  ],
});
export const LONG = card({
  rating: "X",
  steps: [
    {
      actor: "A",
      do: "Tell your partner, close to their ear and slowly, about the one evening of the two of you that you would live again exactly as it was, and what your hands still know of it.",
    },
    {
      actor: "B",
      do: "Close your eyes while you listen. When the story ends, show with one touch which part of it you liked best; then change places.",
      duration_s: 90,
    },
  ],
});

/**
 * Mara (A, who holds this phone) and Jonas in the middle of an evening of 25, with what is different.
 * @param {Partial<RoomState>} [changes] @returns {RoomState}
 */
export function room(changes = {}) {
  return {
    session_id: ROOM,
    seat: "A",
    phase: "choosing",
    settings: {
      intimacy_level: "R",
      activity_type: "random",
      type_choice: "player",
      turn_order: "alternate",
      target_activities: 25,
      rules: {},
    },
    level: "R",
    proposal: null,
    seats: { A: seat("Mara"), B: seat("Jonas") },
    words: null,
    step: 11,
    target: 25,
    turn: 11,
    turn_seq: 40,
    active: "A",
    type: null,
    card: null,
    card_seq: null,
    timer: null,
    consecutive_skips: 0,
    resume_wanted: [],
    halt_seq: null,
    cool_down_until: null,
    aftercare: null,
    remaining: 9,
    resets_at: null,
    my_feedback: {},
    summary: null,
    reason: null,
    ...changes,
  };
}

/** With this card on the table. @param {Card} shown @param {Partial<RoomState>} [changes] */
export function playing(shown, changes = {}) {
  return room({ phase: "card", type: shown.type, card: shown, card_seq: 41, active: shown.active, ...changes });
}

/** The lobby of a game that Mara opened. @param {Partial<RoomState>} [changes] */
export function lobby(changes = {}) {
  return room({
    phase: "lobby",
    step: 0,
    turn: 0,
    turn_seq: null,
    active: null,
    seats: { A: seat("Mara", { ready: false }), B: null },
    remaining: null,
    ...changes,
  });
}

/** @param {Partial<RoomState>} [changes] */
export function stopped(changes = {}) {
  return room({
    phase: "stopped",
    active: null,
    halt_seq: 41,
    cool_down_until: after(178),
    aftercare: [
      "You stopped, and that was right. Nothing else is needed now.",
      "Drink some water, get warm, stay close or take space: whatever feels good.",
      "Ask each other what you need. Nobody has to explain anything.",
    ],
    ...changes,
  });
}

/** @param {import("../static/js/room/protocol.js").EndReason} reason @param {number} kept cards @param {Partial<RoomState>} [changes] */
export function ended(reason, kept, changes = {}) {
  const summary = { kept, truth: Math.floor(kept / 2), dare: Math.ceil(kept / 2), minutes: kept * 7 };
  return room({ phase: "ended", active: null, reason, step: kept, turn: kept, summary, ...changes });
}

/** @param {"away" | "left"} status @returns {ServerMessage[]} */
export function partner(status) {
  return [{ t: "presence", seat: "B", status, until: null }];
}
