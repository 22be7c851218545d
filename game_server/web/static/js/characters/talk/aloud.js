/**
 * An answer that comes piece by piece is read aloud sentence by sentence: letter by letter nobody could listen to it.
 * @module
 */

import { h } from "../../ui/dom.js";
import { locale } from "../../ui/tongue.js";

const KEPT_MS = 30_000;

/**
 * Whole sentences of a text that still grows, and where the next one begins. The last one counts once it is over.
 * @param {string} text @param {number} from @param {boolean} over @param {string} [language]
 * @returns {{sentences: string[], to: number}}
 */
export function wholeSentences(text, from, over, language = locale()) {
  const found = [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(text.slice(from))].map(({ segment }) => segment);
  if (!over) found.pop();
  return { sentences: found.map((each) => each.trim()).filter(Boolean), to: from + found.join("").length };
}

/** Where it is said: a place that is heard and not seen. */
export class Aloud {
  place = h("div", { class: "unseen", "aria-live": "polite", "data-live": true, "data-key": "aloud", testid: "aloud" });
  #to = 0;

  /** Another answer begins. */
  begin() {
    this.#to = 0;
  }

  /** @param {string} text all of it so far @param {boolean} over */
  hear(text, over) {
    const { sentences, to } = wholeSentences(text, this.#to, over);
    this.#to = to;
    for (const each of sentences) this.#say(each);
  }

  /** @param {string} sentence */
  #say(sentence) {
    const said = h("p", null, sentence);
    this.place.append(said);
    setTimeout(() => said.remove(), KEPT_MS);
  }
}
