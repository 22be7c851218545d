/**
 * What one looks for on the start page besides playing: the evenings of before, and one's own limits. All else about oneself stands in "You".
 * @module
 */

import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";
import { item } from "./others.js";

export function yours() {
  return h(
    "ul",
    { class: "card-like items" },
    item("heart", { testid: "evenings", href: "/evenings" }, _("Our evenings")),
    item("limits", { testid: "my-limits", href: "/limits" }, _("My limits")),
  );
}
