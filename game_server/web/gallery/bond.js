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
const ALL = ["boundaries.create", "resources.create", "journal.create", "messages.create", "calendar.create", "contracts.create", "scenes.create", "check-ins.create"];
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

/** What the made-up server says of it, unless a state says otherwise. @type {Answers} */
export const BOND_ANSWERS = {
  "GET /api/bonds": { items: [bondView()], next_cursor: null },
  [`GET /api/bonds/${BOND}`]: bondView(),
  [`GET /api/bonds/${BOND}/permissions`]: PERMISSIONS,
  [`GET /api/bonds/${BOND}/changes`]: { items: [], head: 0 },
};
