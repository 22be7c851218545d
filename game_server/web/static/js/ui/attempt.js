/**
 * A button's act that may lead elsewhere, from a place that its person may have left meanwhile.
 * @module
 */

import { explain, presses } from "./forms.js";
import { notify } from "./notices.js";

/**
 * What did not work is said.
 * @param {string} where a selector of the place
 * @param {(place: Element) => Promise<unknown>} act
 */
export function attempts(where, act) {
  return presses(async () => {
    const place = document.querySelector(where);
    if (place === null) return;
    try {
      await act(place);
    } catch (error) {
      notify(explain(error));
    }
  });
}
