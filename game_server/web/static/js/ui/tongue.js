/**
 * The page's words in the language of who reads them. English stands in the modules and is the key, as everywhere with gettext; what a
 * catalogue does not hold stays English.
 * @module
 */

/**
 * One sentence, with what stands in braces filled in: `_("Play with {name}", { name })`.
 * @param {string} english a literal, so that it is found for the catalogues
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function _(english, values = {}) {
  return filled(english, values);
}

/**
 * A sentence that counts: `ngettext("{n} card", "{n} cards", n)`; `{n}` is filled in.
 * @param {string} one @param {string} other @param {number} n @param {Readonly<Record<string, string | number>>} [values]
 */
export function ngettext(one, other, n, values = {}) {
  return filled(n === 1 ? one : other, { n, ...values });
}

/** @param {string} sentence @param {Readonly<Record<string, string | number>>} values */
function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
