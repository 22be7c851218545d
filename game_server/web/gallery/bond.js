/**
 * A made-up bond, as the server tells of it: Mara's and Jonas's.
 * @module
 */

import { after, JONAS, MARA } from "./cast.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("../static/js/bonds/bond.js").BondView} BondView */
/** @typedef {import("../static/js/bonds/bond.js").Member} Member */
/** @typedef {import("../static/js/bonds/bond.js").Permissions} Permissions */

export const BOND = "00000000-0000-4000-8000-00000000b0d1";
export const ME = String(MARA.id);

/** @type {Member} */
export const MARA_IN_IT = {
  user_id: ME,
  display_name: "Mara",
  nickname: null,
  role_in_bond: "dominant",
  dynamic_role: "switch",
  submission_state: "active",
  kink_identity: null,
  can_invite: true,
  can_manage: true,
  is_founder: true,
  joined_at: after(-86_400 * 60),
  safewords: { slow: "Yellow", stop: "Red", nonverbal: "Two taps" },
  aftercare_needs: "A blanket, water, and half an hour without plans.",
  version: 3,
  accepts_from: null,
  read_receipts: true,
  presence: true,
  paused_by_me: false,
  dissolve_voted_by_me: false,
};

/** @type {Member} */
export const JONAS_IN_IT = {
  user_id: JONAS,
  display_name: "Jonas",
  nickname: null,
  role_in_bond: "submissive",
  dynamic_role: "submissive",
  submission_state: "low_energy",
  kink_identity: "Slow, and fond of rope",
  can_invite: true,
  can_manage: false,
  is_founder: false,
  joined_at: after(-86_400 * 58),
  safewords: { slow: "Slower", stop: "Stop", nonverbal: null },
  aftercare_needs: "Talk to me quietly. Tea.",
  version: 2,
};

/** @param {Partial<BondView>} [changes] @returns {BondView} */
export function bondView(changes = {}) {
  return {
    id: BOND,
    name: "Ours",
    description: "What the two of us keep.",
    bond_type: "dyad",
    status: "active",
    is_private: true,
    members: [MARA_IN_IT, JONAS_IN_IT],
    version: 7,
    dissolved_at: null,
    invite_expires_at: null,
    dissolve_votes: 0,
    dissolve_needed: 1,
    ...changes,
  };
}

/** Everything that Mara may do who leads Jonas: what nobody names here, nobody may. */
const LEADS = "create edit approve revise answer-extension cancel use create-for-all activate deactivate reverse fulfil withdraw remove";
const TOOLS = ["tasks", "task-templates", "rules", "rewards", "points"];
const ALL = ["boundaries.create", "boundaries.edit", "boundaries.remove", "resources.create", "journal.create", "messages.create", "calendar.create", "contracts.create", "scenes.create", "check-ins.create"];
const ABOUT = ["requests.approve", "requests.reject", "bond.edit", "settings.edit", "members.edit", "members.remove", "invite.create", "invite.revoke", "transfer", "pause", "resume", "leave", "dissolve"];

/** @type {Permissions} */
export const PERMISSIONS = {
  you: { leads: [JONAS], led_by: [], can_invite: true, can_manage: true, is_founder: true },
  acts: Object.fromEntries([
    ...TOOLS.flatMap((tool) => LEADS.split(" ").map((act) => [`${tool}.${act}`, { who: "leads", allowed: true, people: [JONAS] }])),
    ...[...ALL, ...ABOUT].map((act) => [act, { who: "member", allowed: true }]),
  ]),
};

export const EMPTY = { items: [], next_cursor: null };

export const KIM = "00000000-0000-4000-8000-0000000000c1";

/** @type {Member} */
const KIM_IN_IT = {
  ...JONAS_IN_IT,
  user_id: KIM,
  display_name: "Kim",
  role_in_bond: "switch",
  dynamic_role: null,
  submission_state: "paused",
  kink_identity: null,
  safewords: null,
  aftercare_needs: null,
  can_invite: false,
};

/** A bond of three. @param {Partial<BondView>} [changes] */
export function house(changes = {}) {
  return bondView({ name: "The house on the hill", bond_type: "household", members: [MARA_IN_IT, JONAS_IN_IT, KIM_IN_IT], dissolve_needed: 2, ...changes });
}

/** @param {Partial<Member>} changes of Mara, who looks */
export function mine(changes) {
  return bondView({ members: [{ ...MARA_IN_IT, ...changes }, JONAS_IN_IT] });
}

/** A bond of Mara's alone: it has just begun. @param {Partial<BondView>} [changes] */
export function forming(changes = {}) {
  return bondView({ status: "forming", members: [MARA_IN_IT], ...changes });
}

const [YES, BLIND] = [
  { my_rating: "yes", shown: false, partner_rating: "yes", is_mutual: true, mutual_with: [JONAS], shown_by: [], feeds: "draw" },
  { my_rating: null, shown: false, partner_rating: null, is_mutual: false, mutual_with: [], shown_by: [], feeds: "draw" },
];

/** @param {number} number @param {string} activity_name @param {string} category @param {object} said */
function boundary(number, activity_name, category, said) {
  return { id: `00000000-0000-4000-8000-0000000b0${100 + number}`, activity_name, category, created_by: number % 2 ? ME : JONAS, version: 1, ...said };
}

export const BOUNDARIES = {
  items: [
    boundary(1, "A blindfold", "sensation", YES),
    boundary(2, "Feathers and ice", "sensation", { ...BLIND, my_rating: "maybe" }),
    boundary(3, "Wrists tied in front", "rope", BLIND),
    boundary(4, "Being photographed", "other", { ...BLIND, my_rating: "hard_no" }),
    boundary(5, "A new name for one evening", "roleplay", { ...BLIND, my_rating: "yes", shown: true, shown_by: [{ user_id: JONAS, rating: "maybe" }] }),
  ],
  next_cursor: null,
};

export const LIMITS = {
  items: [
    { id: "1", words: "Being photographed", keys: ["photo"], feeds: "draw", boundary_id: null, bond_id: BOND, created_at: after(-86_400) },
    { id: "2", words: "The feathered hat", keys: [], feeds: "text", boundary_id: null, bond_id: null, created_at: after(-86_400 * 3) },
  ],
  next_cursor: null,
};

/** @param {string} user_id @param {"green" | "yellow" | "red"} status @param {number} ago days @param {string | null} [notes] */
function checkIn(user_id, status, ago, notes = null) {
  return { id: `${user_id}-${ago}`, user_id, status, notes, local_date: after(-86_400 * ago).slice(0, 10), created_at: after(-86_400 * ago), updated_at: after(-86_400 * ago), version: 1 };
}

export const CHECK_INS = {
  items: [checkIn(JONAS, "yellow", 1, "A long day. Hold me tonight?"), checkIn(ME, "green", 1), checkIn(JONAS, "green", 2), checkIn(ME, "red", 4)],
  next_cursor: null,
};

export const REQUEST = {
  id: "00000000-0000-4000-8000-00000000e0e1",
  bond_id: BOND,
  user_id: KIM,
  display_name: "Kim",
  message: "You said on Sunday that I could.",
  status: "pending",
  approvals: 0,
  needed: 2,
  approved_by_me: false,
  expires_at: after(86_400 * 12),
  version: 1,
  created_at: after(-3600),
  updated_at: after(-3600),
};

const TASK = { status: "pending", assigned_to: ME, assigned_by: ME, due_date: after(5 * 3600), overdue: false, held: false, all_day: false };
const DUE = { items: [{ ...TASK, id: "t1", title: "Water the plants on the balcony" }, { ...TASK, id: "t2", title: "Read ten pages", due_date: after(-7200), overdue: true }], next_cursor: null };
const DONE = { items: [{ ...TASK, id: "t3", title: "Tidy the chest", status: "completed", assigned_to: JONAS }], next_cursor: null };
const SCENE = { id: "s1", title: "Slow Saturday", status: "planned", held: false, scene_date: after(86_400), participants: [ME, JONAS], confirmed_by: [JONAS] };
const CONTRACT = { id: "c1", title: "Our evenings", parties: [{ user_id: ME, status: "pending", signed_at: null }] };
const RULE = { id: "r1", title: "Say good night", active: true, for_all: true, held: false, assigned_to: null, acknowledged_by: [JONAS], declined_by: [] };

/** Something of everything, for the bond's own page. @type {Answers} */
export const FULL = {
  [`GET /api/bonds/${BOND}/requests`]: { items: [REQUEST], next_cursor: null },
  [`GET /api/bonds/${BOND}/tasks?assigned_to=${ME}&status=pending&limit=50`]: DUE,
  [`GET /api/bonds/${BOND}/tasks?assigned_to=${ME}&status=in_progress&limit=50`]: EMPTY,
  [`GET /api/bonds/${BOND}/tasks?status=completed&limit=50`]: DONE,
  [`GET /api/bonds/${BOND}/rules`]: { items: [RULE], next_cursor: null },
  [`GET /api/bonds/${BOND}/contracts`]: { items: [CONTRACT], next_cursor: null },
  [`GET /api/bonds/${BOND}/scenes`]: { items: [SCENE], next_cursor: null },
  [`GET /api/bonds/${BOND}/calendar`]: { items: [{ id: "e1", title: "Dinner, just us", all_day: false, starts_at: after(3600) }], next_cursor: null },
  [`GET /api/bonds/${BOND}/messages?limit=1`]: { items: [], next_cursor: null, unread: 2, read_through: null },
  [`GET /api/bonds/${BOND}/check-ins`]: { items: [{ ...checkIn(JONAS, "yellow", 0) }], next_cursor: null },
};

const SETTINGS = {
  id: "00000000-0000-4000-8000-0000000005e7",
  bond_id: BOND,
  auto_approve_members: false,
  max_members: 2,
  invite_expires_after_days: 7,
  enable_points_system: true,
  enable_rewards_system: true,
  version: 1,
};
const LOG = /** @type {const} */ ([
  ["settings_changed", ME, 1],
  ["paused", null, 4],
  ["joined", JONAS, 58],
  ["founded", ME, 60],
]);
const BITS = "M1 1h3v3H1zM5 1h3v3H5zM1 5h3v3H1zM5 5h1v1H5zM7 5h1v2H7zM5 7h2v1H5z";

/** What the made-up server says of it, unless a state says otherwise. @type {Answers} */
export const BOND_ANSWERS = {
  "GET /api/bonds": { items: [bondView()], next_cursor: null },
  "GET /api/me/limits": EMPTY,
  "GET /api/me/submission-state": { state: "active", since: null, log: [], next_cursor: null },
  [`GET /api/bonds/${BOND}`]: bondView(),
  [`GET /api/bonds/${BOND}/permissions`]: PERMISSIONS,
  [`GET /api/bonds/${BOND}/changes`]: { items: [], head: 0 },
  [`GET /api/bonds/${BOND}/requests`]: EMPTY,
  [`GET /api/bonds/${BOND}/onboarding`]: { onboarded: true, steps: [] },
  [`GET /api/bonds/${BOND}/boundaries`]: BOUNDARIES,
  [`GET /api/bonds/${BOND}/check-ins`]: EMPTY,
  [`GET /api/bonds/${BOND}/settings`]: SETTINGS,
  [`GET /api/bonds/${BOND}/activity`]: {
    items: LOG.map(([action, user_id, ago], place) => ({ id: String(place), action, user_id, created_at: after(-86_400 * ago) })),
    next_cursor: null,
  },
  [`POST /api/bonds/${BOND}/invite`]: {
    invite_code: "MADEUPMADEUP2345",
    link: `http://localhost/bonds/join#MADEUPMADEUP2345`,
    qr_svg: `<svg viewBox="0 0 9 9"><path fill="#fff" d="M0 0h9v9H0z"/><path d="${BITS}"/></svg>`,
    expires_at: after(86_400 * 7),
  },
};
