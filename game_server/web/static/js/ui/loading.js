/**
 * A screen whose content has to be asked for: its heading at once, then what came, or why it did not.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "./dom.js";
import { explain } from "./forms.js";
import { _ } from "./tongue.js";

/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("./dom.js").Leaf} Leaf */

/**
 * @param {HTMLElement} root
 * @param {() => Child} heading
 * @param {(draw: (content: Child) => void) => Promise<Child>} load `draw` is for what changes later
 * @param {{again?: boolean, anyhow?: () => Leaf}} [options] again: what failed can be tried again by a button; anyhow: what is there all
 *   the same when it failed
 * @returns {() => void} leaves the screen: what comes after is not drawn
 */
export function loading(root, heading, load, { again = false, anyhow = () => null } = {}) {
  let here = true;
  const draw = (/** @type {Child} */ content) => {
    if (here) render(root, heading(), content);
  };
  const begin = async () => {
    try {
      draw(await load(draw));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      draw([
        h("p", { class: "problem", role: "alert" }, explain(error)),
        again
          ? h("button", { class: "primary", testid: "try-again", onclick: () => void begin() }, _("Try again"))
          : null,
        anyhow(),
      ]);
    }
  };
  draw(h("p", { class: "quiet" }, _("One moment …")));
  void begin();
  return () => {
    here = false;
  };
}
