/**
 * What a bond's tools are made of, as the program declares it: lists, forms and buttons follow from it. Asked for once in a visit.
 * @module
 */

import { ApiError } from "../../api.js";

/**
 * @typedef {object} Given a field of a row, or of what a command takes
 * @property {string} name
 * @property {"text" | "link" | "choice" | "whole" | "flag" | "moment" | "day" | "tags" | "person" | "reference" | "group"} kind
 * @property {"always" | "once" | "never"} [given] always, where it is left out
 * @property {boolean} [needed]
 * @property {boolean} [nullable] true, where it is left out
 * @property {unknown} [default]
 * @property {number} [most] characters, tags, or the largest number
 * @property {number} [least]
 * @property {number} [longest] characters of a tag
 * @property {boolean} [lines] may a text have several?
 * @property {readonly string[]} [values]
 * @property {readonly Given[]} [fields] of a group
 */
/** @typedef {{name: string, kind: Given["kind"], values?: readonly string[]}} Asks */
/** @typedef {{body: readonly Given[], answers?: string}} Does */
/** @typedef {{sources: readonly string[], to?: string}} Leads */
/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} table as the feed calls it
 * @property {string} line the field that a list shows
 * @property {string} owner the field of who made a row
 * @property {"own" | "shared"} audience
 * @property {string} [shared_by] the field that shows an own row to the others
 * @property {string} [person] the field of whom a row is for
 * @property {boolean} [personal]
 * @property {boolean} [creatable]
 * @property {boolean} [editable]
 * @property {boolean} [removable]
 * @property {boolean} [searched]
 * @property {readonly Given[]} fields
 * @property {readonly Asks[]} filters
 * @property {Readonly<Record<string, Does>>} commands
 * @property {Readonly<Record<string, Leads>>} [moves] of a tool with states: from where a command is legal
 * @property {Readonly<Record<string, string>>} acts
 */
/** @typedef {Readonly<Record<string, any>> & {id: string, version: number, created_at: string, updated_at: string}} Row */

const ADDRESS = "/bond-tools.json";
const PATIENCE_MS = 20_000;

/** @type {Promise<Readonly<Record<string, Tool>>> | null} */
let loaded = null;

/** Throws ApiError. @param {string} name @returns {Promise<Tool>} */
export async function toolNamed(name) {
  loaded ??= read().catch((error) => {
    loaded = null;
    throw error;
  });
  const found = (await loaded)[name];
  if (found === undefined) throw new ApiError(404, "not_found", "");
  return found;
}

/** The same for everybody, so nobody has to say who asks. */
async function read() {
  try {
    const answer = await fetch(ADDRESS, { credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) return await answer.json();
  } catch {
    // no answer is none, however it came
  }
  throw new ApiError(0, "offline", "");
}

/** What somebody may write of a new row, or change of one that is there. @param {Tool} tool @param {boolean} fresh */
export function writable(tool, fresh) {
  return tool.fields.filter(({ given = "always", kind }) => kind !== "reference" && (given === "always" || (fresh && given === "once")));
}
