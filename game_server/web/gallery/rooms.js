/**
 * The states of the room.
 * @module
 */

import { JOINS_PREFIX } from "../static/js/account/identity.js";
import { INVITATION, SURVEYED } from "./answers.js";
import { after, ANONYMOUS, card, ended, LONG, lobby, MARA, MINUTE, partner, playing, room, ROOM, seat, stopped, TRUTH } from "./cast.js";
import { NOTED, OWN_HEARTS } from "./evening.js";

/** @typedef {import("../static/js/room/protocol.js").RoomState} RoomState */
/** @typedef {import("./states.js").State} State */

/** @param {string} name @param {RoomState} state @param {Partial<State>} [more] @returns {State} */
function at(name, state, more = {}) {
  return { name, area: "room", path: `/room/${ROOM}`, who: ANONYMOUS, room: state, sees: "room", ...more };
}

const DARE = card();
const HOSTED = { A: seat("Mara"), B: seat("Jonas", { hosted: true }) };
const HOSTED_LOBBY = lobby({ seats: { A: seat("Mara", { ready: false }), B: seat("Jonas", { hosted: true, ready: false }) } });
const LONG_NAMES = { A: seat("Maximiliane-Friederike-A"), B: seat("Konstantin Bartholomäus") };
const FROM_JONAS = { level: /** @type {const} */ ("X"), by: /** @type {const} */ ("B"), until: after(105), seq: 42 };
const INVITED = { [`${JOINS_PREFIX}invitation.${ROOM}`]: JSON.stringify(INVITATION) };
const RUN_OUT = { [`${JOINS_PREFIX}invitation.${ROOM}`]: JSON.stringify({ ...INVITATION, expires_at: after(-1) }) };
const ASKED = { [`${JOINS_PREFIX}asked.${ROOM}`]: "Jonas" };
const WORDS = lobby({ seats: { A: seat("Mara", { ready: false }), B: seat("Jonas", { ready: false }) }, words: INVITATION.words });
/** @type {import("../static/js/room/protocol.js").EventMessage} */
const DECLINED = { t: "event", seq: 42, at: after(0), e: { t: "level_declined" }, set: { proposal: null } };
/** @type {import("../static/js/room/protocol.js").EventMessage} */
const NUDGE = { t: "event", seq: 42, at: after(0), e: { t: "nudged", options: ["lower_level", "continue"] }, set: {} };

/** @type {readonly State[]} */
export const ROOMS = [
  at("lobby-invitation", lobby(), { kept: INVITED }),
  at("lobby-link-run-out", lobby(), { kept: RUN_OUT }),
  at("lobby-asked", lobby(), { kept: ASKED }),
  at("lobby-words", WORDS),
  at("lobby-partner-ready", { ...WORDS, seats: { A: seat("Mara", { ready: false }), B: seat("Jonas") } }),
  at("lobby-waiting", { ...WORDS, seats: { A: seat("Mara"), B: seat("Jonas", { ready: false }) } }),
  at("lobby-hosted", HOSTED_LOBBY),
  at("lobby-sure", WORDS, { press: ["end"], sees: "sure" }),
  at("choosing", room()),
  at("choosing-first", room({ step: 1, turn: 1 })),
  at("choosing-their-turn", room({ active: "B", step: 12, turn: 12 })),
  at("choosing-sent", room(), { press: ["choose-dare"] }),
  at("choosing-hosted", room({ seats: HOSTED }), { press: ["take"], sees: "choose-truth" }),
  at("hand-over-first", room({ seats: HOSTED, active: "B" }), { sees: "taking" }),
  at("hand-over", room({ seats: HOSTED }), { sees: "hand-over" }),
  at("hand-over-before", HOSTED_LOBBY, { press: ["ready"], sees: "taking" }),
  at("hand-over-limits", room({ seats: HOSTED, active: "B" }), { press: ["room-limits"], sees: "limits-whose" }),
  at("card-truth", playing(TRUTH)),
  at("card-dare-their-turn", playing(card({ active: "B", partner: "A", steps: [{ actor: "B", do: DARE.script.steps[0]?.do ?? "" }] }))),
  at("card-two-steps", playing(LONG, { step: 20, turn: 20 })),
  at("card-hosted", playing(DARE, { seats: HOSTED }), { press: ["take"], sees: "card" }),
  at("card-last-of-today", playing(TRUTH, { remaining: 2, step: 25, turn: 25 })),
  at("card-clock-ready", playing(MINUTE)),
  at("card-clock-running", playing(MINUTE, { timer: { turn: 11, until: after(49) } })),
  at("card-clock-over", playing(MINUTE, { timer: { turn: 11, until: after(-5) } })),
  at("card-long-names", playing(LONG, { seats: LONG_NAMES })),
  at("card-feedback-open", playing(TRUTH, { my_feedback: { 10: { feedback: "like" } } }), { sees: "feedback" }),
  at("card-partner-away", playing(DARE), { then: partner("away"), sees: "partner-news" }),
  at("card-partner-left", playing(DARE), { then: partner("left"), sees: "partner-news" }),
  at("card-partner-gone", playing(DARE, { seats: { A: seat("Mara"), B: seat("your partner") } }), { sees: "gone" }),
  at("card-line-weak", playing(DARE), { line: "cut", sees: "connection" }),
  at("card-offline", playing(DARE), { line: "offline", sees: "connection" }),
  at("card-sending", playing(DARE), { press: ["done"], sees: "sending" }),
  at("card-offline-sending", playing(DARE), { line: "offline", press: ["done"], sees: "sending" }),
  at("card-level-proposed", playing(DARE, { proposal: { ...FROM_JONAS, by: "A" } }), { sees: "proposal" }),
  at("card-level-declined", playing(DARE, { proposal: { ...FROM_JONAS, by: "A" } }), { then: [DECLINED], sees: "declined" }),
  at("level-asked", playing(DARE, { proposal: FROM_JONAS }), { sees: "proposal" }),
  at("nudge", playing(DARE), { then: [NUDGE], sees: "nudge" }),
  at("more", playing(DARE), { press: ["more"], sees: "more-sheet" }),
  at("more-sure", playing(DARE), { press: ["more", "end"], sees: "sure" }),
  at("limits", playing(DARE), { press: ["room-limits"], answers: { "GET /api/profile": SURVEYED }, sees: "hardBoundaryImpact-fine" }),
  at("limits-unreachable", playing(DARE), { press: ["room-limits"], answers: { "GET /api/profile": "offline" }, sees: "limits-problem" }),
  at("pausing", playing(DARE), { press: ["pause"], sees: "halted" }),
  at("stopping", playing(DARE), { press: ["stop"], sees: "halted" }),
  at("paused", room({ phase: "paused", active: null, halt_seq: 41 })),
  at("paused-partner-fine", room({ phase: "paused", active: null, halt_seq: 41, resume_wanted: ["B"] })),
  at("paused-hosted", room({ phase: "paused", active: null, halt_seq: 41, seats: HOSTED })),
  at("stopped", stopped()),
  at("stopped-time-over", stopped({ cool_down_until: after(-1), resume_wanted: ["B"] })),
  at("limit", room({ phase: "limit", active: null, remaining: 0, resets_at: after(5 * 3600) })),
  at("ended-target", ended("target", 25), { sees: "spread" }),
  at("ended-hearts", ended("target", 10, OWN_HEARTS), { press: ["mini-2"], answers: NOTED, sees: "face-up" }),
  at("ended-remember", ended("target", 10, OWN_HEARTS), {
    answers: { [`GET /api/sessions/${ROOM}`]: { seq: 90, state: ended("target", 10), partner_user_id: null } },
    who: MARA,
    sees: "remember",
  }),
  at("ended-note", ended("target", 5), { press: ["note-open"], sees: "note-form" }),
  at("ended-early", ended("ended", 10)),
  at("ended-stopped", ended("stopped", 3)),
  at("ended-declined", ended("declined", 0)),
  at("ended-abandoned", ended("abandoned", 4)),
  at("elsewhere", playing(DARE), { line: "elsewhere", sees: "elsewhere" }),
  at("closed", playing(DARE), { answers: { "POST /api/ws-tickets": 404 }, sees: "closed" }),
  at("entering", playing(DARE), { answers: { "POST /api/ws-tickets": "never" }, sees: "entering" }),
];
