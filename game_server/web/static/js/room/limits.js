/**
 * One's own limits as a sheet over the room. What is touched is saved at once, and the card is gone before the answer comes.
 * @module
 */

import { limitsOf } from "../account/ownlimits.js";
import { h } from "../ui/dom.js";
import { drawer } from "./drawer.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../account/ownlimits.js").OwnLimits} OwnLimits */
/** @typedef {import("./screen.js").Aside} Aside */

/** @param {OwnLimits} own @param {Aside} aside */
export function limitsDrawer(own, aside) {
  const { known, problem } = own;
  return drawer(
    { testid: "limits-sheet", title: _("My limits"), close: () => aside.change({ sheet: null }) },
    h("p", { class: "quiet" }, _("Only you see this. A change counts at once: the card goes if it no longer fits.")),
    h("p", { class: "problem", role: "alert", testid: "limits-problem" }, problem),
    known === null
      ? problem === null
        ? h("p", { class: "quiet" }, _("One moment …"))
        : null
      : limitsOf(own, known),
    h("a", { class: "button plain", href: "/limits", testid: "all-limits" }, _("All about limits, and single things")),
  );
}
