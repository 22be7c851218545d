/**
 * What a person's pressing sends, and what comes of a refusal: each change once, and never over one that somebody else has made.
 * @module
 */

import { ApiError } from "../../api.js";
import { sentence } from "../../ui/sentences.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Tool} Tool */
/** @typedef {import("./catalog.js").Row} Row */

/** @param {Bond} bond @param {Tool} tool @param {...string} rest */
export function pathOf(bond, tool, ...rest) {
  return bond.api(`/${[tool.name, ...rest].map(encodeURIComponent).join("/")}`);
}

/** @param {Bond} bond @param {Tool} tool @param {string} id @returns {Promise<Row>} */
export function readRow(bond, tool, id) {
  return bond.app.api.get(pathOf(bond, tool, id));
}

/** @param {Bond} bond @param {Tool} tool @param {object} values @returns {Promise<Row>} */
export function addRow(bond, tool, values) {
  return bond.app.api.create(pathOf(bond, tool), values);
}

/** @param {Bond} bond @param {Tool} tool @param {Row} row as it was when the change was begun @param {object} changes @returns {Promise<Row>} */
export function changeRow(bond, tool, row, changes) {
  return bond.app.api.alter(pathOf(bond, tool, row.id), { ...changes, version: row.version });
}

/**
 * `anyhow`: what may be said at any time, also of a row that has changed meanwhile, such as a no.
 * @param {Bond} bond @param {Tool} tool @param {Row} row @param {string} command @param {object} body @param {boolean} anyhow
 * @returns {Promise<Row>}
 */
export function command(bond, tool, row, command, body, anyhow) {
  return bond.app.api.create(pathOf(bond, tool, row.id, command), anyhow ? body : { ...body, version: row.version });
}

/** @param {Bond} bond @param {Tool} tool @param {Row} row */
export function removeRow(bond, tool, row) {
  return bond.app.api.delete(`${pathOf(bond, tool, row.id)}?version=${row.version}`);
}

/** Which field a refusal without one is about, the first that a form has. @type {Readonly<Record<string, readonly string[]>>} */
const PLACES = {
  limit: ["title", "reason", "notes", "text"],
  person_paused: ["assigned_to", "user_id"],
  bond_paused: ["assigned_to", "user_id"],
  not_enough_points: ["points"],
  proof_required: ["text"],
};

/**
 * Said at the field that it is about, where the form has it.
 * @param {unknown} error @param {readonly string[]} names of the form's fields
 * @returns {unknown} to be thrown
 */
export function atField(error, names) {
  if (!(error instanceof ApiError) || (error.fields !== null && error.code !== "limit")) return error;
  const name = PLACES[error.code]?.find((each) => names.includes(each));
  if (name === undefined) return error;
  return new ApiError(error.status, error.code, error.message, { [name]: sentence(error) }, error.retryAfter);
}

/** The row as it is now, where it was changed meanwhile. @param {unknown} error @returns {Row | null} */
export function currentOf(error) {
  return error instanceof ApiError && error.code === "changed" ? error.current : null;
}
