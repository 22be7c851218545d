/**
 * What was reached, and by whom. What is still to come is folded away: nobody has to.
 * @module
 */

import { h } from "../../ui/dom.js";
import { icon } from "../../ui/icon.js";
import { day } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./screen.js").Achievement} Achievement */

/** @param {Bond} bond @param {readonly Achievement[]} all */
export function reachedBox(bond, all) {
  const some = all.filter(({ reached }) => reached.length > 0);
  const rest = all.filter(({ reached }) => reached.length === 0);
  return h(
    "section",
    { class: "box", testid: "reached" },
    h("h2", null, _("What you reached")),
    some.length === 0
      ? h("p", { class: "quiet", testid: "nothing-reached" }, _("Nothing yet, and nothing has to be."))
      : h(
          "ul",
          { class: "rows" },
          some.map((each) =>
            h("li", { class: "reached", "data-key": each.code }, icon("keep"), h("div", null, h("p", null, each.title), h("p", { class: "quiet" }, byWhom(bond, each)))),
          ),
        ),
    rest.length === 0
      ? null
      : h(
          "details",
          null,
          h("summary", { testid: "more-to-reach" }, _("What there is besides")),
          h(
            "ul",
            { class: "rows" },
            rest.map((each) => h("li", { class: "reached", "data-key": each.code }, h("div", null, h("p", null, each.title), h("p", { class: "quiet" }, each.description)))),
          ),
        ),
  );
}

/** @param {Bond} bond @param {Achievement} achievement */
function byWhom(bond, { reached }) {
  return reached.map(({ user_id: id, reached_at: at }) => _("{name}, {day}", { name: bond.nameOf(id), day: day(at) })).join(" · ");
}
