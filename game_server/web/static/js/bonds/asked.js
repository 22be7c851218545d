/**
 * Bonds that one asked to join from this browser: nobody lists them for who is no member yet. They are forgotten here when their person
 * leaves.
 * @module
 */

import { JOINS_PREFIX } from "../account/identity.js";
import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { drop, keysOf, read, write } from "../ui/kept.js";
import { day } from "../ui/time.js";
import { _ } from "../ui/tongue.js";
import { acts } from "./safety.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./bond.js").Role} Role */
/**
 * @typedef {object} Request a request to be let into a bond
 * @property {string} id
 * @property {string} bond_id
 * @property {string} user_id
 * @property {string | null} display_name
 * @property {string | null} message
 * @property {"pending" | "approved" | "rejected" | "withdrawn" | "expired"} status
 * @property {number | null} approvals
 * @property {number | null} needed
 * @property {boolean} approved_by_me
 * @property {string} expires_at
 */

const keyOf = (/** @type {string} */ bond) => `${JOINS_PREFIX}bond.${bond}`;
const PREFIX = keyOf("");

/** @param {App} app @param {string} bond its id @param {Role} role wished for in it */
export function keepAsked(app, bond, role) {
  write(app.identities.shelf(), keyOf(bond), role);
}

/** @param {App} app @param {string} bond */
export function forgetAsked(app, bond) {
  drop(app.identities.shelf(), keyOf(bond));
}

/** What one wished to be in it, where that was asked before one was in. @param {App} app @param {string} bond @returns {string | null} */
export function wishedRole(app, bond) {
  return read(app.identities.shelf(), keyOf(bond));
}

/**
 * The newest request for each that is not one's own bond yet. Throws ApiError.
 * @param {App} app
 * @param {readonly string[]} bonds one is in
 * @returns {Promise<Request[]>}
 */
export async function askedFor(app, bonds) {
  const ids = keysOf(app.identities.shelf(), PREFIX).map((key) => key.slice(PREFIX.length));
  const found = await Promise.all(ids.filter((id) => !bonds.includes(id)).map((id) => newest(app, id)));
  return found.flatMap((each) => each ?? []);
}

/** @param {App} app @param {string} id @returns {Promise<Request | null>} null: there is nothing of it any more */
async function newest(app, id) {
  try {
    const { items } = await app.api.get(`/api/bonds/${encodeURIComponent(id)}/requests`);
    const [request = null] = items;
    if (request === null || request.status === "withdrawn") forgetAsked(app, id);
    return request?.status === "withdrawn" ? null : request;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    forgetAsked(app, id);
    return null;
  }
}

/** @param {App} app @param {Request} request @param {() => Promise<void>} reload */
export function askedBox(app, request, reload) {
  const { bond_id: bond, id } = request;
  const path = `/api/bonds/${encodeURIComponent(bond)}/requests/${encodeURIComponent(id)}/withdraw`;
  const open = request.status === "pending";
  const act = async () => {
    if (open) await app.api.post(path);
    forgetAsked(app, bond);
  };
  return h(
    "section",
    { class: "box", testid: "asked-bond", "data-key": id },
    h("h2", null, open ? _("You asked to be let in") : _("Your request is over")),
    h("p", null, standOf(request)),
    h("button", { type: "button", testid: open ? "withdraw-request" : "forget-request", onclick: acts(reload, act) }, open ? _("Take it back") : _("Fine")),
  );
}

/** @param {Request} request */
function standOf({ status, expires_at: until }) {
  if (status === "pending") return _("Everybody in the bond has to say yes. The request waits until {day}.", { day: day(until) });
  if (status === "approved") return _("You were let in, and are in it no more.");
  return status === "rejected" ? _("They said no. You may ask again after a day.") : _("Nobody answered in time. Ask for a new link.");
}
