/**
 * What one looks for on the start page besides playing: the evenings of before, one's bonds and characters, and one's own limits. All else about oneself stands in "You".
 * @module
 */

import { toBonds } from "../bonds/entry.js";
import { toCharacters } from "../characters/entry.js";
import { box, goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";

/** @param {boolean} characters are there any here? @param {number} asks bonds that wait for an answer */
export function yours(characters, asks) {
  return box("yours", null, [
    goto({ testid: "evenings", href: "/evenings", sign: "heart", title: _("Our evenings") }),
    toBonds(asks),
    characters ? toCharacters() : null,
    goto({ testid: "my-limits", href: "/limits", sign: "limits", title: _("My limits") }),
  ]);
}
