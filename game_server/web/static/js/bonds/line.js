/**
 * What changes in a bond while somebody looks at it.
 * @module
 */

import { ApiError } from "../api.js";
import { polling } from "../ui/polling.js";

/** @typedef {import("./bond.js").Bond} Bond */
/**
 * @typedef {object} Change a row that came, changed or went
 * @property {string | null} table null: more may have changed than is told, and all of it is to be read anew
 * @property {string | null} id
 * @property {"insert" | "update" | "delete" | null} op
 * @property {Record<string, unknown> | null} [row] as this member sees it; left out: ask for it
 * @property {string | null} [by] whose doing it was
 */

const POLL_MS = 5000;
/** @type {Change} */
const ANYTHING = { table: null, id: null, op: null };

/**
 * Tell every change from now on.
 * @param {Bond} bond
 * @param {(change: Change) => void} onChange
 * @returns {() => void} stop
 */
export function follow(bond, onChange) {
  /** @type {number | null} */
  let head = null;
  return polling(POLL_MS, async () => {
    if (document.visibilityState === "hidden") return;
    try {
      const { items, head: newest, reset = false } = await bond.app.api.get(bond.api(`/changes?after=${head ?? 0}${head === null ? "&limit=1" : ""}`));
      const known = head;
      head = reset || known === null ? newest : (items.at(-1)?.seq ?? known);
      if (known === null) return;
      if (reset) onChange(ANYTHING);
      for (const { table, id, op, by } of items) onChange({ table, id, op, by });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // asked again in a moment
    }
  });
}
