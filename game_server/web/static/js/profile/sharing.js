/**
 * What connected partners may see, for accounts: saved as soon as it is chosen.
 * @module
 */

import { h } from "../ui/dom.js";
import { choice, explain } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { SHARING } from "./words.js";

/** @param {import("../app.js").App} app @param {string} setting */
export function sharingForm(app, setting) {
  let kept = setting;
  const change = async (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    try {
      await app.api.patch("/api/me", { profile_sharing_setting: input.value });
      kept = input.value;
      notify("Saved. It holds from now on.");
    } catch (error) {
      const before = input.form?.querySelector(`input[value="${kept}"]`);
      if (before instanceof HTMLInputElement) before.checked = true;
      notify(explain(error));
    }
  };
  return h(
    "form",
    { class: "card-like", testid: "sharing" },
    h("h2", null, "What connected partners see"),
    h(
      "p",
      { class: "quiet" },
      "Only people you are connected with, only while you are. They see your name and what you told about yourself; ",
      "never your limits, a Maybe or a No, nor anything about how your desire moves. ",
      "What they see is read anew when both of you have answered again or have played, once a day at most.",
    ),
    h(
      "div",
      { class: "single" },
      choice("radio", "profile_sharing_setting", "They may see", SHARING, [setting], (event) => void change(event)),
    ),
  );
}
