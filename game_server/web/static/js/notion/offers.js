/**
 * May somebody connect their Notion here? Whoever runs the server decides that, for adults with an account.
 * @module
 */

import { ApiError } from "../api.js";
import { goto } from "../ui/rows.js";
import { _, ngettext } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */

export const STATUS = "/api/notion/status";

/** @typedef {import("./mirror.js").Status} Status */

/**
 * How it stands, where there is anything to lead to. Whoever is connected is led there also where it is offered to nobody else any more: to
 * let go of it.
 * @param {App} app @returns {Promise<Status | null>}
 */
export async function ownNotion({ api, identities }) {
  const mine = identities.current();
  if (mine?.kind !== "user" || mine.adult === false) return null;
  try {
    /** @type {Status} */
    const status = await api.get(STATUS);
    return status.offered || status.connected || status.broken ? status : null;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

/** The line that leads there. @param {Status} status */
export function toNotion(status) {
  return goto({ testid: "to-notion", href: "/you/notion", sign: "share", title: _("Notion"), hint: _("What you choose, in a workspace of your own"), value: waitsFor(status) });
}

/** What its person is to do there. @param {Status} status */
function waitsFor({ broken, connected, kinds, community }) {
  if (broken) return _("waits for you");
  const open = connected ? [...Object.values(kinds), community].reduce((sum, kind) => sum + kind.conflicts, 0) : 0;
  return open === 0 ? null : ngettext("{n} to decide", "{n} to decide", open);
}
