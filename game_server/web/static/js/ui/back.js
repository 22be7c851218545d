/**
 * The way back from a screen that can be opened from a game.
 * @module
 */

import { h } from "./dom.js";
import { _ } from "./tongue.js";

/** Who comes from a game goes back into it. */
export function backLink() {
  const from = String(history.state?.from ?? "");
  const back = from.startsWith("/room/")
    ? { href: from, text: _("‹ Back to the game") }
    : { href: "/", text: _("‹ To the start") };
  return h("a", { class: "back", testid: "back", href: back.href }, back.text);
}
