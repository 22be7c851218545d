/**
 * The states of bonds: the list, joining, a bond's own page and its people. Those of its tools have files of their own.
 * @module
 */

import { BOND, BOND_ANSWERS, bondView, CHECK_INS, EMPTY, forming, FULL, house, KIM, LIMITS, ME, mine, PERMISSIONS, REQUEST } from "./bond.js";
import { after, ANONYMOUS, JONAS, MARA } from "./cast.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./states.js").State} State */

const NEEDS_RIGHTS = /^(bond|settings|members|invite|transfer)/;

/**
 * A state of a bond's: its address below the bond's own.
 * @param {string} name @param {string} below such as "/tasks" @param {Omit<Partial<State>, "name" | "area">} [more]
 * @returns {State}
 */
export function ofBond(name, below, { answers = {}, ...more } = {}) {
  return { name, area: "bonds", path: `/bonds/${BOND}${below}`, who: MARA, answers: { ...BOND_ANSWERS, ...answers }, ...more };
}

/** @param {import("../static/js/bonds/bond.js").BondView} view @returns {Answers} */
const as = (view) => ({ [`GET /api/bonds/${BOND}`]: view });
const READS = { ...PERMISSIONS, acts: Object.fromEntries(Object.entries(PERMISSIONS.acts).map(([act, each]) => [act, { ...each, allowed: !NEEDS_RIGHTS.test(act) && each.allowed }])) };
const INVITED = { ...as(forming({ invite_expires_at: after(86_400 * 7) })) };
const ASKED = { [`attuned.join.bond.${BOND}`]: "switch" };
const BEGUN = { [`GET /api/bonds/${BOND}/onboarding`]: { onboarded: false, steps: ["role", "partner", "safewords", "aftercare", "boundary", "check_in"].map((step) => ({ step, done: false })) } };
const NO_BONDS = { "GET /api/bonds": EMPTY };
const CHECKED = { [`GET /api/bonds/${BOND}/check-ins`]: CHECK_INS };
const OWN_LIMITS = { "GET /api/me/limits": LIMITS };
/** @param {string} status */
const requested = (status) => ({ ...NO_BONDS, [`GET /api/bonds/${BOND}/requests`]: { items: [{ ...REQUEST, status, approvals: null, needed: null }], next_cursor: null } });
/** @param {string} status */
const elsewhere = (status, member = false) => ({
  ...NO_BONDS,
  "GET /api/me/imports": {
    items: [{ id: REQUEST.id, bond_id: BOND, name: "The house on the hill", member, ratings: 12, messages: 340, points: member ? 1 : 0, status, answered_at: status === "pending" ? null : after(-60) }],
    next_cursor: null,
  },
});
const boundaries = `/boundaries`;

/** @type {readonly State[]} */
export const BONDS = [
  ofBond("bonds", "", { path: "/bonds", sees: "own-bonds" }),
  ofBond("bonds-none", "", { path: "/bonds", answers: NO_BONDS, sees: "no-bonds" }),
  ofBond("bonds-asked", "", { path: "/bonds", answers: requested("pending"), kept: ASKED, sees: "asked-bond" }),
  ofBond("bonds-rejected", "", { path: "/bonds", answers: requested("rejected"), kept: ASKED, sees: "asked-bond" }),
  ofBond("bonds-brought", "", { path: "/bonds", answers: elsewhere("pending"), sees: "accept-brought" }),
  ofBond("bonds-brought-mine", "", { path: "/bonds", answers: elsewhere("pending", true), sees: "in-my-name" }),
  ofBond("bonds-brought-asked", "", { path: "/bonds", answers: elsewhere("accepted"), sees: "asked-brought" }),
  ofBond("home-bond-asks", "", { path: "/", answers: elsewhere("pending"), sees: "to-bonds" }),
  ofBond("bonds-brought-refused", "", { path: "/bonds", answers: elsewhere("refused"), sees: "refused-brought" }),
  ofBond("bonds-unreachable", "", { path: "/bonds", answers: { "GET /api/bonds": "offline" }, sees: "try-again" }),
  ofBond("bonds-without-account", "", { path: "/bonds", who: ANONYMOUS, sees: "to-sign-up" }),
  ofBond("bond-new", "", { path: "/bonds/new", sees: "begin-bond" }),
  ofBond("bond-join", "", { path: "/bonds/join#MADEUPMADEUP2345", sees: "join-bond" }),
  ofBond("bond-join-code", "", { path: "/bonds/join", sees: "join-bond" }),
  ofBond("bond", "", { answers: FULL, sees: "waiting" }),
  ofBond("bond-quiet", "", { sees: "nothing-waits" }),
  ofBond("bond-forming", "", { answers: as(forming()), sees: "make-invite" }),
  ofBond("bond-first-steps", "", { answers: { ...as(forming()), ...BEGUN }, press: ["see-first-steps"], sees: "first-steps" }),
  ofBond("bond-invited", "", { answers: INVITED, press: ["make-invite"], sees: "invite-code" }),
  ofBond("bond-of-three", "", { answers: { ...as(house()), ...FULL }, sees: "waiting" }),
  ofBond("bond-paused", "", { answers: as(bondView({ status: "paused" })), sees: "standing" }),
  ofBond("bond-i-pause", "", { answers: as(mine({ submission_state: "paused" })), sees: "standing" }),
  ofBond("bond-ended", "", { answers: as(bondView({ status: "dissolved", dissolved_at: after(-86_400) })), sees: "standing" }),
  ofBond("bond-unreachable", "", { answers: { [`GET /api/bonds/${BOND}`]: "offline" }, sees: "try-again" }),
  ofBond("bond-nowhere", "/nowhere", { sees: "bond-name" }),
  ofBond("bond-pausing", "", { press: ["bond-pause"], sees: "pausing" }),
  ofBond("bond-pausing-mine", "", { answers: as({ ...mine({ paused_by_me: true }), status: "paused" }), press: ["bond-pause"], sees: "bond-resume" }),
  ofBond("people", "/people", { sees: "members" }),
  ofBond("people-asked", "/people", { answers: { ...as(house()), [`GET /api/bonds/${BOND}/requests`]: { items: [REQUEST], next_cursor: null } }, sees: "join-request" }),
  ofBond("people-code-out", "/people", { answers: as(house({ invite_expires_at: after(86_400 * 3) })), sees: "code-out" }),
  ofBond("people-member", `/people/${JONAS}`, { sees: "safety-card" }),
  ofBond("people-member-no-card", `/people/${KIM}`, { answers: as(house()), sees: "safety-card" }),
  ofBond("people-removing", `/people/${JONAS}`, { press: ["remove-member"], sees: "remove-sheet" }),
  ofBond("people-handing-on", `/people/${JONAS}`, { press: ["transfer"], sees: "transfer-sheet" }),
  ofBond("people-myself", `/people/${ME}`, { sees: "my-safety" }),
  ofBond("people-myself-of-three", `/people/${ME}`, { answers: as(house()), sees: "my-part" }),
  ofBond("boundaries", boundaries, { answers: OWN_LIMITS, sees: "boundary" }),
  ofBond("boundaries-none", boundaries, { answers: { [`GET /api/bonds/${BOND}/boundaries`]: EMPTY }, sees: "add-boundary" }),
  ofBond("boundaries-adding", boundaries, { press: ["add-boundary"], sees: "adding" }),
  ofBond("boundaries-never", boundaries, { press: ["rate-hard_no"], sees: "never-sheet" }),
  ofBond("boundaries-limit", boundaries, { answers: OWN_LIMITS, press: ["own-limit-1"], sees: "limit-sheet" }),
  ofBond("my-limits-of-bonds", "", { path: "/limits", answers: OWN_LIMITS, sees: "own-limits" }),
  ofBond("boundaries-archiving", boundaries, { press: ["archive-boundary"], sees: "archive-sheet" }),
  ofBond("check-in", "/check-in", { answers: CHECKED, sees: "check-ins" }),
  ofBond("check-in-first", "/check-in", { sees: "no-check-ins" }),
  ofBond("check-in-red", "/check-in", { press: ["status-red"], sees: "red-words" }),
  ofBond("bond-settings", "/settings", { sees: "bond-log" }),
  ofBond("bond-settings-of-three", "/settings", { answers: as(house()), sees: "max_members" }),
  ofBond("bond-settings-read", "/settings", { answers: { [`GET /api/bonds/${BOND}/permissions`]: READS }, sees: "bond-log" }),
  ofBond("leave", "/leave", { sees: "leaving-bond" }),
  ofBond("leave-voted", "/leave", { answers: as(house({ dissolve_votes: 1 })), sees: "votes" }),
  ofBond("leave-alone", "/leave", { answers: as(forming()), sees: "ending-bond" }),
  ofBond("leaving", "/leave", { press: ["leave-bond"], sees: "leave-sheet" }),
  ofBond("ending", "/leave", { press: ["end-bond"], sees: "end-sheet" }),
];
