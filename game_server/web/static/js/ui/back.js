/**
 * The way back from a screen that can be opened from several.
 * @module
 */

import { h } from "./dom.js";
import { _ } from "./tongue.js";

/** Who comes from a game goes back into it, and who comes from "You" to there. */
export function backLink() {
  const { href, text } = back(String(history.state?.from ?? ""));
  return h("a", { class: "back", testid: "back", href }, text);
}

/** @param {string} from where they were */
function back(from) {
  if (from.startsWith("/room/")) return { href: from, text: _("‹ Back to the game") };
  return from === "/you" ? { href: from, text: _("‹ You") } : { href: "/", text: _("‹ To the start") };
}
