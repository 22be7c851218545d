/**
 * A bond as this page knows it: asked for once, and shared by everything that is shown of it.
 * @module
 */

import { listed } from "../ui/time.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {"dominant" | "submissive" | "switch"} Role */
/** @typedef {"active" | "low_energy" | "paused"} State */
/**
 * @typedef {object} Member
 * @property {string} user_id
 * @property {string | null} display_name
 * @property {string | null} nickname
 * @property {Role} role_in_bond
 * @property {Role | null} dynamic_role
 * @property {State} submission_state
 * @property {string | null} kink_identity
 * @property {boolean} can_invite
 * @property {boolean} can_manage
 * @property {boolean} is_founder
 * @property {string} joined_at
 * @property {Safewords | null} safewords
 * @property {string | null} aftercare_needs
 * @property {number} version
 * @property {string[] | null} [accepts_from] one's own: by whom one lets oneself be led; null: by everybody whose role does
 * @property {boolean} [read_receipts] one's own
 * @property {boolean} [presence] one's own
 * @property {boolean} [paused_by_me] one's own
 * @property {boolean} [dissolve_voted_by_me] one's own
 */
/** @typedef {{slow?: string | null, stop?: string | null, nonverbal?: string | null}} Safewords */
/**
 * @typedef {object} BondView
 * @property {string} id
 * @property {string | null} name null: its key is lost
 * @property {string | null} description
 * @property {"dyad" | "polycule" | "household" | "dynamic"} bond_type
 * @property {"forming" | "active" | "paused" | "dissolved"} status
 * @property {boolean} is_private
 * @property {Member[]} members
 * @property {number} version
 * @property {string | null} dissolved_at
 * @property {string | null} invite_expires_at a code opens it until then
 * @property {number} dissolve_votes
 * @property {number} dissolve_needed
 */
/** @typedef {{who: string, allowed: boolean, people?: string[]}} Act */
/**
 * @typedef {object} Permissions
 * @property {{leads: string[], led_by: string[], can_invite: boolean, can_manage: boolean, is_founder: boolean}} you
 * @property {Record<string, Act>} acts
 */

export const WITH_ACCOUNT = _("Bonds are for accounts: what you keep together for years needs a place that each of you finds again.");
export const LONGEST_TITLE = 200;

/** So long one's own way from part to part needs no new reading. */
const FRESH_MS = 10_000;

export class Bond {
  /** @param {App} app @param {BondView} view @param {Permissions} permissions */
  constructor(app, view, permissions) {
    this.app = app;
    this.view = view;
    this.permissions = permissions;
    this.owner = app.identities.owner();
    this.readAt = performance.now();
    /** Who has it open just now, as far as they show it. @type {Map<string, "present" | "away" | "left">} */
    this.presence = new Map();
  }

  /** Is it a while since it was read? */
  get isStale() {
    return performance.now() - this.readAt > FRESH_MS;
  }

  get id() {
    return this.view.id;
  }

  get name() {
    return nameOf(this.view);
  }

  get members() {
    return this.view.members;
  }

  /** Oneself in it. @returns {Member} */
  get me() {
    const mine = this.view.members.find((each) => each.paused_by_me !== undefined);
    if (mine === undefined) throw new Error("not a member");
    return mine;
  }

  get others() {
    const { me } = this;
    return this.view.members.filter((each) => each !== me);
  }

  get over() {
    return this.view.status === "dissolved";
  }

  /** @param {string | null | undefined} id of a member, or of somebody who was one */
  member(id) {
    return this.view.members.find((each) => each.user_id === id) ?? null;
  }

  /** What somebody is called here. @param {string | null | undefined} id null: they are gone */
  nameOf(id) {
    const member = this.member(id);
    return member === null ? _("A former partner") : called(member);
  }

  /** Who does something, oneself first: a list that stands by itself, such as “You and Jonas”. @param {readonly string[]} ids */
  listOf(ids) {
    const mine = this.me.user_id;
    const others = ids.filter((id) => id !== mine).map((id) => this.nameOf(id));
    return listed(ids.includes(mine) ? [_("You"), ...others] : others);
  }

  /**
   * May this member do it, and for that person?
   * @param {string} act of the table of permissions, such as "tasks.create"
   * @param {string | null} [person] user id
   */
  may(act, person = null) {
    const known = this.permissions.acts[act];
    if (known === undefined || this.over) return false;
    return known.allowed && (person === null || known.people === undefined || known.people.includes(person));
  }

  /** Where the API has something of this bond. @param {string} [rest] beginning with a slash */
  api(rest = "") {
    return `/api/bonds/${encodeURIComponent(this.id)}${rest}`;
  }

  /** The page's address of one of its parts. @param {string} [part] @param {string} [row] */
  to(part, row) {
    return bondPath(this.id, part, row);
  }

  /** What has changed meanwhile. Throws ApiError. */
  async reload() {
    const [view, permissions] = await read(this.app, this.id);
    this.view = view;
    this.permissions = permissions;
    this.readAt = performance.now();
  }
}

/** @param {string} id @param {string} [part] @param {string} [row] */
export function bondPath(id, part, row) {
  return ["/bonds", id, part, row]
    .filter((each) => each !== undefined)
    .map((each, place) => (place === 0 ? each : encodeURIComponent(each ?? "")))
    .join("/");
}

/** @param {Pick<BondView, "name">} view */
export function nameOf({ name }) {
  return name ?? _("A bond");
}

/** @param {Pick<Member, "nickname" | "display_name">} member */
export function called({ nickname, display_name: name }) {
  return nickname ?? name ?? _("Your partner");
}

/** The one that was shown last: its parts show what is known of it at once. @type {Bond | null} */
let last = null;

/** @param {App} app @param {string} id @returns {Bond | null} */
export function knownBond(app, id) {
  return last !== null && last.id === id && last.app === app && last.owner === app.identities.owner() ? last : null;
}

/** Throws ApiError. @param {App} app @param {string} id @returns {Promise<Bond>} */
export async function openBond(app, id) {
  const known = knownBond(app, id);
  if (known !== null) {
    await known.reload();
    return known;
  }
  const [view, permissions] = await read(app, id);
  last = new Bond(app, view, permissions);
  return last;
}

/** It is left, or over: nothing of it stays here. */
export function forgetBond() {
  last = null;
}

/** @param {App} app @param {string} id @returns {Promise<[BondView, Permissions]>} */
function read(app, id) {
  const path = `/api/bonds/${encodeURIComponent(id)}`;
  return Promise.all([app.api.get(path), app.api.get(`${path}/permissions`)]);
}
