/**
 * Activities and topics in the survey's words, folded by chapter where they are many.
 * @module
 */

import { byChapter } from "../survey/questions.js";
import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../survey/questions.js").Survey} Survey */

const FEW = 12;

/**
 * @param {Survey} survey
 * @param {(key: string) => boolean} yes
 * @param {string} none what to say when there is nothing
 * @param {(key: string) => boolean} [maybe] shown after what is a yes, and marked
 */
export function wishes(survey, yes, none, maybe = () => false) {
  const chapters = byChapter(survey, (key) => yes(key) || maybe(key));
  const count = chapters.reduce((sum, { items }) => sum + items.length, 0);
  if (count === 0) return h("p", { class: "quiet" }, none);
  return h(
    "div",
    { class: "wishes" },
    chapters.map(({ title, items }) => {
      const sorted = [...items.filter(({ key }) => yes(key)), ...items.filter(({ key }) => !yes(key))];
      return h(
        "details",
        { "data-key": title, open: count <= FEW },
        h("summary", null, h("span", { class: "grows" }, title), h("small", null, items.length)),
        h(
          "ul",
          null,
          sorted.map(({ key, text }) =>
            yes(key)
              ? h("li", null, text)
              : h("li", { class: "maybe" }, text, h("small", null, _("Maybe"))),
          ),
        ),
      );
    }),
  );
}
