/**
 * The states of characters that an AI plays: all of them, one of them, making one, their pictures, and talking.
 * @module
 */

import { after, ANONYMOUS, MARA } from "./cast.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./states.js").State} State */
/** @typedef {import("../static/js/characters/character.js").Character} Character */
/** @typedef {import("../static/js/characters/talk/talk.js").Message} Message */

const VESPER = "00000000-0000-4000-8000-0000000a1c01";
const TALK = "00000000-0000-4000-8000-0000000a1c02";
const FACE = "00000000-0000-4000-8000-0000000a1c03";
const OTHER_FACE = "00000000-0000-4000-8000-0000000a1c04";
const PAINTED = "00000000-0000-4000-8000-0000000a1c05";
const DAY = 86_400;
const EMPTY = { items: [], next_cursor: null };
const STATS = { dominance: 14, submission: 4, charisma: 12, stamina: 8, creativity: 13, control: 9 };

/** @param {Partial<Character>} [changes] @returns {Character} */
function character(changes = {}) {
  return {
    id: VESPER,
    version: 3,
    user_id: MARA?.kind === "user" ? (MARA.id ?? null) : null,
    created_at: after(-20 * DAY),
    is_primary: true,
    avatar_urls: [],
    name: "Vesper",
    role: "dominant",
    pronouns: "she/her",
    age_range: "31-40",
    archetype: "A patient teacher with good manners",
    bio: "She restores old books, and listens as if there were no clock in the room.",
    personality_traits: ["warm", "curious", "a little strict"],
    openai_instructions: "She speaks in short sentences, and asks before she goes on.",
    top_kinks: ["silk", "being read to"],
    hair_color: "black, greying",
    eye_color: "green",
    clothing_style: "linen, sleeves rolled up",
    favorite_colors: ["moss", "wine"],
    hard_limits: ["shouting"],
    soft_limits: ["blindfolds"],
    stats: STATS,
    provider: "openai_responses",
    ...changes,
  };
}

const KIT = character({ id: "00000000-0000-4000-8000-0000000a1c11", name: "Kit", role: "switch", pronouns: "they/them", age_range: "26-30", archetype: "A storm with good manners", is_primary: false });
const ODA = character({ id: "00000000-0000-4000-8000-0000000a1c12", name: "Oda", role: "submissive", pronouns: "she/her", age_range: "51-60", archetype: "Somebody who waits, and smiles about it", is_primary: false });
const OURS = character({ id: "00000000-0000-4000-8000-0000000a1c13", user_id: null, name: "Marlow", role: "switch", pronouns: "he/him", age_range: "41-50", archetype: "A harbour at night", is_primary: false });
const WITH_FACES = character({ avatar_urls: [`/api/files/${FACE}`, `/api/files/${OTHER_FACE}`] });
/** @type {Answers} */
const FACES = {
  [`GET /api/files/${FACE}`]: { address: "/static/img/icon-512.png" },
  [`GET /api/files/${OTHER_FACE}`]: { address: "/static/img/back.svg" },
};

const PRESETS = {
  items: [
    { id: "00000000-0000-4000-8000-0000000a1d01", preset_key: "teacher", name: "Vesper", role: "dominant", stats: STATS, config: { archetype: "A patient teacher", age_range: "31-40" } },
    { id: "00000000-0000-4000-8000-0000000a1d02", preset_key: "storm", name: "Kit", role: "switch", stats: STATS, config: { archetype: "A storm with good manners", age_range: "26-30" } },
    { id: "00000000-0000-4000-8000-0000000a1d03", preset_key: "devoted", name: "Oda", role: "submissive", stats: STATS, config: { archetype: "Somebody who waits, and smiles about it", age_range: "51-60" } },
  ],
  next_cursor: null,
};

/** @param {number} n @param {"user" | "assistant"} role @param {number} ago_s @param {string} content @param {Partial<Message>} [changes] @returns {Message} */
function message(n, role, ago_s, content, changes = {}) {
  return { id: `00000000-0000-4000-8000-0000000b${String(n).padStart(4, "0")}`, role, content, created_at: after(-ago_s), status: "done", safety: false, attachments: [], ...changes };
}

const SAID = [
  message(1, "user", 900, "Good evening. It was a long day."),
  message(2, "assistant", 890, "Then sit down first. Shoes off, a glass of water, and nothing to decide for ten minutes. Which part of the day do you still carry?"),
  message(3, "user", 700, "The last meeting. Tell me something else instead."),
  message(4, "assistant", 690, "Gladly. Today a book came in that somebody had mended with a ribbon. It held for eighty years. I left the ribbon where it", { status: "partial" }),
];
const SAFETY = ["I stop playing now, because you matter more. Please talk to somebody today.", "Yellow", "Red", "A blanket, water, and no questions.", "Emergency: 112 (EU)", "Samaritans: 116 123 (UK, Ireland)"].join("\n");
/** @param {readonly Message[]} items */
const said = (items) => ({ [`GET /api/conversations/${TALK}/messages`]: { items: [...items].reverse(), next_cursor: null } });
const TALKS = {
  items: [
    { id: TALK, kinkster_id: VESPER, title: "A long day", last_message_at: after(-690), created_at: after(-900) },
    { id: `${TALK.slice(0, -1)}9`, kinkster_id: null, title: "The lighthouse", last_message_at: after(-30 * DAY), created_at: after(-31 * DAY) },
  ],
  next_cursor: null,
};
/** @type {Answers} */
const USUAL = {
  "GET /api/kinksters": { items: [KIT, WITH_FACES, ODA, OURS], next_cursor: null },
  [`GET /api/kinksters/${VESPER}`]: WITH_FACES,
  [`GET /api/kinksters/${OURS.id}`]: OURS,
  "GET /api/kinksters/presets": PRESETS,
  "GET /api/kinksters/creation-session": { step: 1, draft: null },
  "PUT /api/kinksters/creation-session": { step: 1, draft: null },
  "GET /api/conversations": TALKS,
  "GET /api/generations": EMPTY,
  ...said(SAID),
  ...FACES,
};

/** @param {string} name @param {string} below @param {Omit<Partial<State>, "name" | "area">} [more] @returns {State} */
function state(name, below, { answers = {}, ...more } = {}) {
  return { name, area: "characters", path: `/characters${below}`, who: MARA, answers: { ...USUAL, ...answers }, ...more };
}

/** A draft at this step, on a server where two can play. @param {string} name @param {number} step @param {object} draft @param {string} sees */
function making(name, step, draft, sees) {
  return state(name, "/new", {
    answers: { "GET /api/kinksters/creation-session": { step, draft }, "GET /api/kinksters/providers": { providers: ["openai_responses", "flowise"], images: true, styles: [] } },
    sees,
  });
}

/** @param {Partial<import("../static/js/characters/generations.js").Generation>} one */
const painting = (one) => ({ "GET /api/generations": { items: [{ id: PAINTED, file_id: null, style: "painting", version: 1, ...one }], next_cursor: null }, [`GET /api/generations/${PAINTED}`]: one.status === "running" ? "never" : { id: PAINTED, file_id: null, style: "painting", version: 2, ...one } });
const DRAFT = { ...character(), preset_id: PRESETS.items[0]?.id };
const talking = `/${VESPER}/talk/${TALK}`;
const asks = { press: ["send"], kept: { [`attuned.draft.user:${MARA?.id ?? ""}.character.${VESPER}`]: "And what became of the ribbon?" } };

/** @type {readonly State[]} */
export const CHARACTERS = [
  state("characters", "", { sees: "own-characters" }),
  state("characters-none", "", { answers: { "GET /api/kinksters": { items: [OURS], next_cursor: null }, "GET /api/conversations": EMPTY }, sees: "no-characters" }),
  state("characters-not-here", "", { answers: { "GET /api/kinksters/providers": { providers: [], images: false, styles: [] } }, sees: "not-offered" }),
  state("characters-without-account", "", { who: ANONYMOUS, sees: "to-sign-up" }),
  state("characters-unreachable", "", { answers: { "GET /api/kinksters": "offline" }, sees: "try-again" }),
  state("character", `/${VESPER}`, { sees: "talks" }),
  state("character-without-picture", `/${VESPER}`, { answers: { [`GET /api/kinksters/${VESPER}`]: character({ is_primary: false }), "GET /api/conversations": EMPTY }, sees: "make-favourite" }),
  state("character-ours", `/${OURS.id}`, { sees: "duplicate" }),
  state("character-deleting", `/${VESPER}`, { press: ["delete-character"], sees: "delete-sheet" }),
  state("character-edit", `/${VESPER}/edit`, { sees: "edit-character" }),
  making("making-begin", 1, DRAFT, "making-begin"),
  making("making-who", 2, DRAFT, "making-who"),
  making("making-looks", 3, DRAFT, "making-looks"),
  making("making-nature", 4, DRAFT, "making-nature"),
  making("making-stats", 5, { ...DRAFT, stats: { ...STATS, creativity: 9 } }, "making-stats"),
  making("making-limits", 6, DRAFT, "making-limits"),
  making("making-player", 7, DRAFT, "making-player"),
  making("making-review", 8, DRAFT, "making-review"),
  state("making-anew", "/new", { answers: { "GET /api/kinksters/creation-session": { step: 2, draft: DRAFT } }, press: ["begin-anew"], sees: "anew-sheet" }),
  state("pictures", `/${VESPER}/pictures`, { answers: painting({ status: "running" }), sees: "open-picture" }),
  state("pictures-none", `/${VESPER}/pictures`, { answers: { [`GET /api/kinksters/${VESPER}`]: character() }, sees: "no-pictures" }),
  state("pictures-refused", `/${VESPER}/pictures`, { answers: { ...painting({ status: "refused" }), "GET /api/generations": EMPTY, "POST /api/kinksters/generate-avatar": { generation_id: PAINTED } }, press: ["paint"], sees: "dismiss" }),
  state("pictures-nobody-paints", `/${VESPER}/pictures`, { answers: { "GET /api/kinksters/providers": { providers: ["openai_responses"], images: false, styles: [] } }, sees: "no-painter" }),
  state("pictures-deleting", `/${VESPER}/pictures`, { press: ["delete-picture"], sees: "delete-picture-sheet" }),
  state("talk", talking, { sees: "partial" }),
  state("talk-first", `/${VESPER}/talk`, { sees: "not-a-person" }),
  state("talk-thinking", talking, { ...asks, answers: { "POST /api/kinksters/chat": { says: [] } }, sees: "thinks" }),
  state("talk-coming", talking, { ...asks, answers: { "POST /api/kinksters/chat": { says: [{ text: "It is still there. I sewed it in again, one stitch to the left, so that the next one " }] } }, sees: "coming" }),
  state("talk-outside-play", talking, { answers: said([...SAID, message(5, "user", 60, "Red."), message(6, "assistant", 59, SAFETY, { safety: true })]), sees: "safety-answer" }),
  state("talk-budget", talking, { ...asks, answers: { "POST /api/kinksters/chat": { error: { code: "budget_used", message: "Made up." } } }, sees: "answer-problem" }),
  state("talk-refused", talking, { ...asks, answers: { "POST /api/kinksters/chat": { says: [{ error: { code: "provider_refused", message: "Made up." } }] } }, sees: "answer-problem" }),
  state("talk-unreachable", talking, { ...asks, answers: { "POST /api/kinksters/chat": "offline" }, sees: "send-again" }),
  state("talk-more", talking, { press: ["talk-more"], sees: "talk-sheet" }),
  state("talk-deleting", talking, { press: ["talk-more", "delete-talk"], sees: "delete-talk-sheet" }),
  state("talk-of-somebody-gone", `/gone/talk/${TALK}`, { sees: "talk-over" }),
];
