/**
 * May somebody connect their Notion here? Whoever runs the server decides that, for adults with an account.
 * @module
 */

import { ApiError } from "../api.js";
import { goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */

export const STATUS = "/api/notion/status";

/**
 * Is there anything to lead to? Whoever is connected is led there also where it is offered to nobody else any more: to let go of it.
 * @param {App} app @returns {Promise<boolean>}
 */
export async function isOffered({ api, identities }) {
  const mine = identities.current();
  if (mine?.kind !== "user" || mine.adult === false) return false;
  try {
    /** @type {import("./mirror.js").Status} */
    const { offered, connected, broken } = await api.get(STATUS);
    return offered || connected || broken;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** The line that leads there. */
export function toNotion() {
  return goto({ testid: "to-notion", href: "/you/notion", sign: "share", title: _("Notion"), hint: _("What you choose, in a workspace of your own") });
}
