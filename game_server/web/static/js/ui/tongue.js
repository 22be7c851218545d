/**
 * The page's words in the language of who reads them. English stands in the modules and is the key, as everywhere with gettext; what a
 * catalogue does not hold stays English, and so does everything where none can be had.
 *
 * Modules say sentences while they are read. So this one is whole only when it has its catalogue, and who imports it waits.
 * @module
 */

import { read, shelf, write } from "./kept.js";

/** @typedef {Readonly<Record<string, string | readonly [string, string]>>} Sentences of one thing, or of one and of several */

const ENGLISH = "en";
/** By their tag, each as those call it who speak it. @type {ReadonlyMap<string, string>} */
export const LANGUAGES = new Map([
  ["en", "English"],
  ["de", "Deutsch"],
  ["es", "Español"],
]);
const CHOSEN = "attuned.language";
const CATALOGUES = new Map([
  ["de", "/static/words/de.json"],
  ["es", "/static/words/es.json"],
]);
const PATIENCE_MS = 8000;

let spoken = ENGLISH;
/** @type {Sentences} */
let known = {};
let counts = new Intl.PluralRules(ENGLISH);

/**
 * One sentence, with what stands in braces filled in: `_("Play with {name}", { name })`.
 * @param {string} english a literal, so that it is found for the catalogues
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function _(english, values = {}) {
  const found = known[english] ?? english;
  return filled(typeof found === "string" ? found : found[0], values);
}

/**
 * A sentence that counts: `ngettext("{n} card", "{n} cards", n)`; `{n}` is filled in.
 * @param {string} one @param {string} other @param {number} n @param {Readonly<Record<string, string | number>>} [values]
 */
export function ngettext(one, other, n, values = {}) {
  const found = known[one] ?? [one, other];
  const form = counts.select(n) === "one" ? 0 : 1;
  return filled(typeof found === "string" ? found : found[form], { n, ...values });
}

/** What the server says in English for everybody, such as its words after a stop; the catalogues hold them too. @param {string} english */
export function heard(english) {
  return _(english);
}

/** The tag of the language that the page speaks. */
export function language() {
  return spoken;
}

/**
 * What dates, numbers and lists are written by: the browser's own region of the language that the page speaks.
 * @returns {string}
 */
export function locale() {
  return navigator.languages.find((tag) => tag.split("-")[0]?.toLowerCase() === spoken) ?? spoken;
}

/** What was chosen on this device; null: nothing, so the browser's languages count. */
export function chosen() {
  const kept = read(shelf("localStorage"), CHOSEN);
  return kept !== null && LANGUAGES.has(kept) ? kept : null;
}

/** From the next load of the page on. @param {string} tag one of ours */
export function choose(tag) {
  write(shelf("localStorage"), CHOSEN, tag);
}

/** Which of ours somebody reads. @param {string | null} choice @param {readonly string[]} wanted the browser's tags, the best first */
export function preferred(choice, wanted) {
  const firsts = wanted.map((tag) => (tag.split("-")[0] ?? "").toLowerCase());
  return choice ?? firsts.find((tag) => LANGUAGES.has(tag)) ?? ENGLISH;
}

/**
 * Speak a language from now on; English where its catalogue cannot be had.
 * @param {string} tag @param {(address: string) => Promise<Sentences>} [get]
 */
export async function speak(tag, get = fetched) {
  const address = CATALOGUES.get(tag);
  const sentences = address === undefined ? null : await get(address).catch(() => null);
  if (sentences === null || typeof sentences !== "object") return;
  spoken = tag;
  known = sentences;
  counts = new Intl.PluralRules(tag);
  if (typeof document !== "undefined") document.documentElement.lang = tag;
}

/** @param {string} address @returns {Promise<Sentences>} */
async function fetched(address) {
  const answer = await fetch(address, { credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** What ends with a full stop ends the sentence as well: “a las 12:00 a.m.”. @param {string} sentence @param {Readonly<Record<string, string | number>>} values */
function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}(\.?)/g, (whole, name, stop) => {
    const said = String(values[name] ?? whole.slice(0, whole.length - stop.length));
    return said.endsWith(".") ? said : said + stop;
  });
}

if (typeof document !== "undefined") await speak(preferred(chosen(), navigator.languages));
