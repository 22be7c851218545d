/**
 * What one may do first in a bond: folded away, and gone when it is done. Nothing waits for it.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./bond.js").Bond} Bond */
/** @typedef {"role" | "partner" | "safewords" | "aftercare" | "boundary" | "check_in"} Step */
/** @typedef {{step: Step, done: boolean}} FirstStep */

/** What each is called, and where it is done; somebody is invited on the bond's own page. @type {Readonly<Record<Step, {sign: string, title: string, part: string} | null>>} */
const STEPS = {
  role: { sign: "you", title: _("Say what you are"), part: "people" },
  partner: null,
  safewords: { sign: "hand", title: _("Write down your words to slow and to stop"), part: "people" },
  aftercare: { sign: "warm", title: _("Say what you need afterwards"), part: "people" },
  boundary: { sign: "limits", title: _("Say of one thing whether you want it"), part: "boundaries" },
  check_in: { sign: "heart", title: _("Say how you are today"), part: "check-in" },
};

/** What is still to be done; null: not to be had. @param {Bond} bond @returns {Promise<Step[] | null>} */
export async function stepsIn(bond) {
  try {
    const { steps } = await bond.app.api.get(bond.api("/onboarding"));
    return steps.filter((/** @type {FirstStep} */ { done }) => !done).map((/** @type {FirstStep} */ { step }) => step);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return null;
  }
}

/** @param {Bond} bond @param {readonly Step[] | null} steps */
export function beginningBox(bond, steps) {
  const known = (steps ?? []).filter((step) => (STEPS[step] ?? null) !== null);
  if (bond.over || known.length === 0) return null;
  return h(
    "details",
    { class: "box", testid: "first-steps", "data-key": "first-steps" },
    h("summary", { testid: "see-first-steps" }, _("First steps, if you like")),
    h(
      "ul",
      { class: "rows" },
      known.map((step) => {
        const line = STEPS[step];
        if (line === null) return null;
        const row = line.part === "people" ? bond.me.user_id : undefined;
        return goto({ testid: `step-${step}`, sign: line.sign, title: line.title, href: bond.to(line.part, row) });
      }),
    ),
  );
}
