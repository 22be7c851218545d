/**
 * The line that leads to one's characters, from wherever one looks for what is one's own; where nobody plays them there is none.
 * @module
 */

import { goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";
import { LIST } from "./character.js";

export function toCharacters() {
  return goto({ testid: "to-characters", href: LIST, sign: "talk", title: _("Characters"), hint: _("An AI plays them, for you alone") });
}
