/**
 * What one looks for on the start page besides playing: the evenings of before, one's bonds and characters, and one's own limits. All else about oneself stands in "You".
 * @module
 */

import { toCharacters } from "../characters/entry.js";
import { box, goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";

/** @param {boolean} characters are there any here? */
export function yours(characters) {
  return box("yours", null, [
    goto({ testid: "evenings", href: "/evenings", sign: "heart", title: _("Our evenings") }),
    goto({ testid: "to-bonds", href: "/bonds", sign: "us", title: _("Bonds"), hint: _("What lasts: agreements, plans, words") }),
    characters ? toCharacters() : null,
    goto({ testid: "my-limits", href: "/limits", sign: "limits", title: _("My limits") }),
  ]);
}
