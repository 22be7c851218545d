/**
 * A field of a form, by its kind.
 * @module
 */

import { h } from "../../ui/dom.js";
import { choice, field, tick } from "../../ui/forms.js";
import { _ } from "../../ui/tongue.js";
import { asLocal, zoneWords } from "./moments.js";
import { choiceWords, fieldWords } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Given} Given */
/** @typedef {import("./drafts.js").Typed} Typed */
/**
 * @typedef {object} About
 * @property {Bond} bond
 * @property {string} tool its words of the field
 * @property {readonly string[]} people user ids, for whom a row may be
 * @property {boolean} [all] may it be for everybody?
 */

const MOST_STARS = 5;
const ADDRESS = "https?:[/]{2}.+";

/**
 * @param {About} about
 * @param {Given} given
 * @param {unknown} value as a row has it
 * @param {Typed | null} typed what was in the form before, which counts more
 */
export function fieldOf(about, given, value, typed) {
  const now = typed === null ? shown(given, value) : (typed[given.name] ?? []);
  switch (given.kind) {
    case "flag":
      return flag(about, given, now);
    case "choice":
      return chosen(about, given, now);
    case "person":
      return person(about, given, now);
    case "whole":
      return whole(about, given, now);
    default:
      return written(about, given, now[0] ?? "");
  }
}

/** A row's value as a form would hold it. @param {Given} given @param {unknown} value @returns {string[]} */
function shown({ kind }, value) {
  if (value === null || value === undefined || value === false) return [];
  if (kind === "flag") return ["on"];
  if (kind === "moment") return [asLocal(String(value))];
  if (kind === "tags") return [/** @type {string[]} */ (value).join(", ")];
  return [String(value)];
}

/** @param {About} about @param {Given} given @param {string[]} now */
function flag({ tool }, { name }, now) {
  const { label, hint } = fieldWords(tool, name);
  return tick(name, [label, hint === undefined ? null : h("small", { class: "below" }, hint)], { required: false, checked: now.length > 0 });
}

/** @param {About} about @param {Given} given @param {string[]} now */
function chosen({ tool }, { name, values = [], nullable }, now) {
  const { label } = fieldWords(tool, name);
  const options = values.map((value) => ({ value, ...choiceWords(tool, name, value) }));
  const open = nullable === false ? [] : [{ value: "", label: _("Either way") }];
  return choice("radio", name, label, [...open, ...options], now.length > 0 ? now : [nullable === false ? (values[0] ?? "") : ""]);
}

/** @param {About} about @param {Given} given @param {string[]} now */
function person({ bond, tool, people, all = false }, { name, needed = false }, now) {
  const { label } = fieldWords(tool, name);
  const options = people.map((id) => ({ value: id, label: id === bond.me.user_id ? _("Me") : bond.nameOf(id) }));
  const everybody = all ? [{ value: "", label: _("All of us") }] : [];
  const every = [...options, ...everybody];
  const other = options.find(({ value }) => value !== bond.me.user_id) ?? every[0];
  return choice("radio", name, label, every, now.length > 0 ? now : [other?.value ?? ""], null, needed);
}

/** Few are chosen, many are written. @param {About} about @param {Given} given @param {string[]} now */
function whole({ tool }, { name, least = 0, most, nullable, default: usual }, now) {
  const { label, hint } = fieldWords(tool, name);
  if (most === undefined || most - least >= MOST_STARS) {
    const value = now[0] ?? (nullable === false ? String(usual ?? "") : "");
    return field(label, { name, type: "number", inputmode: least < 0 ? "text" : "numeric", min: least, max: most ?? null, step: 1, value, required: nullable === false }, hint);
  }
  const numbers = Array.from({ length: most - least + 1 }, (_each, place) => String(least + place));
  const options = [{ value: "", label: _("No rating") }, ...numbers.map((value) => ({ value, label: value }))];
  return choice("radio", name, label, options, now.length > 0 ? now : [""]);
}

/** @param {About} about @param {Given} given @param {string} value */
function written({ tool }, { name, kind, needed = false, most, lines = false }, value) {
  const { label, hint } = fieldWords(tool, name);
  const about = { name, required: needed };
  if (kind === "moment") return field(label, { ...about, type: "datetime-local", value }, hint ?? zoneWords());
  if (kind === "day") return field(label, { ...about, type: "date", value }, hint);
  if (kind === "link") return field(label, { ...about, type: "url", inputmode: "url", maxlength: most, pattern: ADDRESS, value }, hint);
  if (kind === "tags") return field(label, { ...about, type: "text", value, autocapitalize: "none" }, hint ?? _("Words with commas between"));
  if (!lines) return field(label, { ...about, type: "text", maxlength: most, value }, hint);
  const box = field(label, { ...about, rows: 4, maxlength: most }, hint, "textarea");
  const area = box.querySelector("textarea");
  if (area !== null) area.defaultValue = value;
  return box;
}
