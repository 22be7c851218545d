/**
 * What a bond's own page shows of its tools: what waits for its reader, what today brings, what nobody has read. A tool that cannot be
 * asked just now is left out.
 * @module
 */

import { ApiError } from "../api.js";
import { today } from "./checkin.js";

/** @typedef {import("./bond.js").Bond} Bond */
/** @typedef {import("./checkin.js").CheckIn} CheckIn */
/** @typedef {import("./asked.js").Request} Request */
/** @typedef {{id: string, title: string | null, status: string, due_date: string | null, overdue: boolean, held: boolean, assigned_to: string | null, assigned_by: string | null, all_day: boolean, extension_requested: boolean, revise_reason: string | null}} Task */
/** @typedef {{id: string, title: string | null, assigned_to: string | null, assigned_by: string | null}} Reward */
/** @typedef {{id: string, title: string | null, active: boolean, for_all: boolean, held: boolean, assigned_to: string | null, acknowledged_by: string[], declined_by: string[]}} Rule */
/** @typedef {{id: string, title: string | null, parties: {user_id: string | null, status: string}[]}} Contract */
/** @typedef {{id: string, title: string | null, status: string, held: boolean, scene_date: string | null, participants: string[], confirmed_by: string[]}} Scene */
/** @typedef {import("./calendar/words.js").Event} Occurrence */
/**
 * @typedef {object} Waits
 * @property {Request[]} requests
 * @property {Task[]} mine open ones, the next due first
 * @property {Task[]} toApprove
 * @property {Task[]} moreTime whose person asks for it
 * @property {Reward[]} wishes of those whom one may reward
 * @property {Rule[]} rules to be read and acknowledged
 * @property {Contract[]} contracts to be signed
 * @property {Scene[]} scenes to be confirmed
 * @property {Occurrence[]} events of today, and by when others are to be done; one's own tasks stand among `mine`
 * @property {number} unread messages
 * @property {CheckIn[] | null} said today, by each; null: not to be had
 */

const MOST = 50;

/** @param {Bond} bond @returns {Promise<Waits>} */
export async function waitsIn(bond) {
  const me = bond.me.user_id;
  const items = (/** @type {string} */ rest) => listed(bond, rest);
  const [requests, pending, begun, asking, done, wished, rules, contracts, scenes, events, messages, said] = await Promise.all([
    items("/requests?limit=20"),
    items(`/tasks?assigned_to=${me}&status=pending&limit=${MOST}`),
    items(`/tasks?assigned_to=${me}&status=in_progress&limit=${MOST}`),
    openOfOthers(bond),
    items(`/tasks?status=completed&limit=${MOST}`),
    items(`/rewards?status=redeemed&limit=${MOST}`),
    items(`/rules?active=true&limit=${MOST}`),
    items(`/contracts?status=pending_signature&limit=${MOST}`),
    items(`/scenes?from=${encodeURIComponent(new Date().toISOString())}&limit=${MOST}`),
    items(`/calendar?${dayOfToday()}`),
    asked(bond, "/messages?limit=1"),
    items(`/check-ins?from=${today()}&to=${today()}`),
  ]);
  return {
    requests: (requests ?? []).filter((each) => each.status === "pending" && !each.approved_by_me),
    mine: [...(pending ?? []), ...(begun ?? [])].filter((each) => !each.held).sort(byDue),
    toApprove: (done ?? []).filter((each) => each.assigned_to !== me && bond.may("tasks.approve", each.assigned_to)),
    moreTime: asking.filter((each) => each.extension_requested && bond.may("tasks.answer-extension", each.assigned_to)),
    wishes: (wished ?? []).filter((each) => each.assigned_to !== me && (each.assigned_by === me || bond.may("rewards.fulfil", each.assigned_to))),
    rules: (rules ?? []).filter((each) => isForMe(each, me)),
    contracts: (contracts ?? []).filter((each) => (each.parties ?? []).some((/** @type {{user_id: string, status: string}} */ one) => one.user_id === me && one.status === "pending")),
    scenes: (scenes ?? []).filter((each) => each.status === "planned" && !each.held && (each.participants ?? []).includes(me) && !(each.confirmed_by ?? []).includes(me)),
    events: (events ?? []).filter(({ task_id: task }) => task === null || asking.some(({ id }) => id === task)),
    unread: messages?.unread ?? 0,
    said,
  };
}

/** What those still have to do whom one leads. @param {Bond} bond @returns {Promise<Task[]>} */
async function openOfOthers(bond) {
  if (bond.permissions.you.leads.length === 0) return [];
  const found = await Promise.all(["pending", "in_progress"].map((status) => listed(bond, `/tasks?status=${status}&limit=${MOST}`)));
  return found.flatMap((each) => each ?? []);
}

/** @param {Rule} rule @param {string} me */
function isForMe({ held, for_all: all, assigned_to: to, acknowledged_by: read, declined_by: declined }, me) {
  return !held && (all || to === me) && !read.includes(me) && !declined.includes(me);
}

/** @param {Task} one @param {Task} other */
function byDue(one, other) {
  return (one.due_date ?? "9").localeCompare(other.due_date ?? "9");
}

/** From this midnight to the next, as this phone counts. */
function dayOfToday() {
  const from = new Date();
  from.setHours(0, 0, 0, 0);
  const to = new Date(from);
  to.setDate(to.getDate() + 1);
  return `from=${encodeURIComponent(from.toISOString())}&to=${encodeURIComponent(to.toISOString())}`;
}

/** @param {Bond} bond @param {string} rest @returns {Promise<any[] | null>} */
async function listed(bond, rest) {
  return (await asked(bond, rest))?.items ?? null;
}

/** @param {Bond} bond @param {string} rest @returns {Promise<any>} null: it cannot be had just now */
async function asked(bond, rest) {
  try {
    return await bond.app.api.get(bond.api(rest));
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
