/**
 * What stands in a form, as the API takes it.
 * @module
 */

import { text } from "../../ui/forms.js";
import { asMoment } from "./moments.js";

/** @typedef {import("./catalog.js").Given} Given */

/**
 * A field's value: null where it is left empty.
 * @param {Given} given
 * @param {FormData} data
 */
export function valueOf(given, data) {
  const { kind, name } = given;
  if (kind === "flag") return data.get(name) !== null;
  const written = text(data, name);
  if (kind === "tags") return tagsOf(written);
  if (written === "") return given.nullable === false ? (given.default ?? null) : null;
  if (kind === "whole") return Number(written);
  return kind === "moment" ? asMoment(written) : written;
}

/** Words with commas or line breaks between, each once. @param {string} written */
export function tagsOf(written) {
  const words = written.split(/[,\n]/).map((word) => word.trim().replace(/^#/, ""));
  return [...new Set(words.filter((word) => word !== ""))];
}

/**
 * What of these differs from the row as it was: who changes one thing sends one.
 * @param {Readonly<Record<string, unknown>>} values
 * @param {Readonly<Record<string, unknown>>} row
 * @param {readonly Given[]} fields
 */
export function changesOf(values, row, fields) {
  const changed = fields.filter(({ name, kind }) => !alike(kind, values[name] ?? null, row[name] ?? null));
  return Object.fromEntries(changed.map(({ name }) => [name, values[name] ?? null]));
}

/** A field of date and time knows no seconds. @param {Given["kind"]} kind @param {unknown} one @param {unknown} other */
function alike(kind, one, other) {
  if (kind === "moment" && typeof one === "string" && typeof other === "string")
    return Math.floor(Date.parse(one) / 60_000) === Math.floor(Date.parse(other) / 60_000);
  return JSON.stringify(one) === JSON.stringify(other);
}
