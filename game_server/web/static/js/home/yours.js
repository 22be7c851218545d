/**
 * What one looks for on the start page besides playing: the evenings of before, one's bonds, and one's own limits. All else about oneself stands in "You".
 * @module
 */

import { box, goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";

export function yours() {
  return box("yours", null, [
    goto({ testid: "evenings", href: "/evenings", sign: "heart", title: _("Our evenings") }),
    goto({ testid: "to-bonds", href: "/bonds", sign: "us", title: _("Bonds"), hint: _("What lasts: agreements, plans, words") }),
    goto({ testid: "my-limits", href: "/limits", sign: "limits", title: _("My limits") }),
  ]);
}
