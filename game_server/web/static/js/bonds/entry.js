/**
 * The line that leads to one's bonds, from wherever one looks for what is one's own; it says so where a bond that was brought here from
 * another app waits for an answer.
 * @module
 */

import { ApiError } from "../api.js";
import { goto } from "../ui/rows.js";
import { _, ngettext } from "../ui/tongue.js";
import { brought } from "./brought.js";

/** @typedef {import("../app.js").App} App */

/** How many wait for one's answer; none where that cannot be told. @param {App} app @returns {Promise<number>} */
export async function broughtAsks(app) {
  const mine = app.identities.current();
  if (mine?.kind !== "user" || mine.adult === false) return 0;
  try {
    return (await brought(app)).filter(({ status }) => status === "pending").length;
  } catch (error) {
    if (error instanceof ApiError) return 0;
    throw error;
  }
}

/** @param {number} asks bonds that wait for an answer */
export function toBonds(asks) {
  const hint =
    asks === 0
      ? _("What lasts: agreements, plans, words")
      : ngettext("One that was brought from another app asks you something", "{n} that were brought from another app ask you something", asks);
  return goto({ testid: "to-bonds", href: "/bonds", sign: "us", title: _("Bonds"), hint, value: asks === 0 ? null : _("waits for you") });
}
