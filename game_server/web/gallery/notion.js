/**
 * The states of one's own Notion.
 * @module
 */

import { after, MARA } from "./cast.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./states.js").State} State */
/** @typedef {import("../static/js/notion/mirror.js").Kind} Kind */
/** @typedef {import("../static/js/notion/mirror.js").Status} Status */

const NAMES = [
  ...["tasks", "rules", "journal", "calendar", "contracts", "image_generations", "kinksters", "boundaries", "rewards"],
  ...["points_ledger", "scenes", "resources", "check_ins", "messages", "analytics"],
];
const RUN = "00000000-0000-4000-8000-0000000000d1";

/** @type {Kind} */
const NONE = {
  database_id: null,
  on: false,
  texts: false,
  synced: 0,
  pending: 0,
  conflicts: 0,
  failed: 0,
  archived: 0,
  last_pull_at: null,
  last_push_at: null,
  error: null,
  run_id: null,
  running: false,
};
const PLACED = { ...NONE, database_id: "made-up" };

/** @param {Kind} kind @param {Record<string, Partial<Kind>>} [but] */
function kinds(kind, but = {}) {
  return Object.fromEntries(NAMES.map((name) => [name, { ...kind, name, ...but[name] }]));
}

/** @type {Status} */
const APART = {
  offered: true,
  oauth: false,
  connected: false,
  broken: false,
  connected_by: null,
  workspace: null,
  connected_at: null,
  waits_until: null,
  error: null,
  kinds: kinds(NONE),
  community: NONE,
};
/** @type {Status} */
const TOGETHER = { ...APART, connected: true, connected_by: "token", workspace: "Mara’s evenings", connected_at: after(-86_400 * 12) };
const NOW = { last_pull_at: after(-40), last_push_at: after(-7200) };
const FLOWING = {
  tasks: { on: true, texts: true, synced: 412, pending: 3, ...NOW },
  journal: { on: true, synced: 96, archived: 1, ...NOW },
  calendar: { on: true, texts: true, synced: 31, failed: 2, ...NOW },
  rewards: { on: true, synced: 18, error: "object_not_found", last_pull_at: after(-86_400 * 2), last_push_at: null },
  points_ledger: { on: true, synced: 240, last_pull_at: null, last_push_at: after(-3600) },
};
const FULL = { ...TOGETHER, kinds: kinds(PLACED, FLOWING) };
const FAILED = {
  items: [
    { id: "1", kind: "calendar", error: "too_long", title: "A weekend by the sea, with long walks and nothing else to do" },
    { id: "2", kind: "calendar", error: "not_a_date", title: null },
  ],
  next_cursor: null,
};
const UNDER_WAY = { ...FULL, kinds: kinds(PLACED, { ...FLOWING, tasks: { ...FLOWING.tasks, synced: 1280, pending: 3120, run_id: RUN, running: true }, journal: { ...FLOWING.journal, run_id: RUN, running: true } }) };
const OPEN_RUN = { id: RUN, kind: "tasks", state: "running", total: 4400, done: 1280, pages_read: 100, pushed: 1180, pulled: 4, error: null, finished_at: null, version: 12 };
const DECIDING = { ...FULL, kinds: kinds(PLACED, { ...FLOWING, tasks: { ...FLOWING.tasks, conflicts: 1 }, journal: { ...FLOWING.journal, conflicts: 1 } }) };
const MANY = { ...DECIDING, kinds: kinds(PLACED, { ...FLOWING, tasks: { ...FLOWING.tasks, conflicts: 63 }, journal: { ...FLOWING.journal, conflicts: 1 } }) };
const CONFLICTS = {
  items: [
    {
      id: "00000000-0000-4000-8000-0000000000d2",
      kind: "tasks",
      title: "Breakfast in bed, with real coffee and the good marmalade",
      reason: "both_changed",
      fields: [
        { field: "title", name: "Task", ours: "Breakfast in bed, with real coffee and the good marmalade", theirs: "Breakfast in bed" },
        { field: "due", name: "Due", ours: "2026-12-04T21:00Z", theirs: "2026-12-05" },
        { field: "status", name: "Status", ours: "in_progress", theirs: "cancelled" },
      ],
      created_at: after(-3600),
      version: 1,
    },
    {
      id: "00000000-0000-4000-8000-0000000000d3",
      kind: "journal",
      title: null,
      reason: "limit",
      fields: [{ field: "tags", name: "Tags", ours: ["calm", "us"], theirs: null }],
      created_at: after(-86_400 * 3),
      version: 2,
    },
  ],
  next_cursor: null,
};
const LACKING = { ...Object.fromEntries(NAMES.map((name) => [name, []])), tasks: ["Due", "Reminder, minutes before"], kinksters_community: ["Character"] };

/** @param {Status} status @param {Answers} [more] @returns {Answers} */
const stands = (status, more = {}) => ({ "GET /api/notion/status": status, "GET /api/notion/pages": FAILED, ...more });

/** @type {Answers} */
export const NOTION = { "GET /api/notion/status": APART };

/** @param {string} name @param {Partial<State>} more @returns {State} */
function notion(name, more) {
  return { name, area: "you", path: "/you/notion", who: MARA, ...more };
}

/** @type {readonly State[]} */
export const NOTIONS = [
  notion("notion-not-offered", { answers: stands({ ...APART, offered: false }), sees: "notion-not-offered" }),
  notion("notion-not-connected", { sees: "notion-connect-token" }),
  notion("notion-by-signing-in", { answers: stands({ ...APART, oauth: true }), sees: "notion-sign-in" }),
  notion("notion-came-back", { path: "/you/notion?said=expired", answers: stands({ ...APART, oauth: true }), press: ["see-token-way"], sees: "notion-said" }),
  notion("notion-without-databases", { answers: stands(TOGETHER), sees: "notion-place" }),
  notion("notion-nothing-flows", { answers: stands({ ...TOGETHER, kinds: kinds(PLACED) }), sees: "nothing-flows" }),
  notion("notion-words", { answers: stands({ ...TOGETHER, kinds: kinds(PLACED) }), press: ["tasks-words"], sees: "notion-words-yes" }),
  notion("notion-kinds", { answers: stands(FULL), sees: "gather" }),
  notion("notion-running", { answers: stands(UNDER_WAY, { [`GET /api/notion/runs/${RUN}`]: OPEN_RUN }), sees: "notion-running" }),
  notion("notion-conflict", { answers: stands(DECIDING, { "GET /api/notion/conflicts": CONFLICTS }), press: ["settle"], sees: "notion-conflicts" }),
  notion("notion-rests", { answers: stands({ ...FULL, waits_until: after(40), error: "limited" }), sees: "notion-rests" }),
  notion("notion-lacking", { answers: stands(FULL, { "POST /api/notion/verify-template": LACKING }), press: ["see-databases", "notion-verify"], sees: "notion-place-form" }),
  notion("notion-many-conflicts", { answers: stands(MANY, { "GET /api/notion/conflicts": CONFLICTS }), sees: "more-conflicts" }),
  notion("notion-conflicts-unread", { answers: stands(DECIDING, { "GET /api/notion/conflicts": "offline" }), sees: "notion-disconnect" }),
  notion("notion-letting-go", { answers: stands({ ...DECIDING, offered: false }, { "GET /api/notion/conflicts": "offline" }), sees: "notion-disconnect" }),
  notion("notion-sealed-away", { answers: stands({ ...FULL, workspace: null, waits_until: after(40), error: "secret" }), sees: "notion-rests" }),
  notion("notion-password-replaced", { answers: stands({ ...FULL, connected: false, broken: true, error: "password_replaced" }), sees: "goes-again" }),
  notion("notion-restored", { answers: stands({ ...FULL, oauth: true, connected: false, broken: true, error: "restored" }), sees: "goes-again" }),
  notion("notion-broken", { answers: stands({ ...FULL, connected: false, broken: true, error: "unauthorized" }), sees: "notion-broken" }),
  notion("notion-waits", { path: "/you", answers: stands({ ...FULL, connected: false, broken: true, error: "restored" }), sees: "to-notion" }),
  notion("notion-to-decide", { path: "/you", answers: stands(DECIDING), sees: "to-notion" }),
  notion("notion-leaving", { answers: stands(FULL), press: ["notion-disconnect"], sees: "notion-disconnect-yes" }),
];
