/**
 * Being forgotten, on the server too: everything that is kept about whoever is here, with or without an account.
 * @module
 */

import { h } from "../ui/dom.js";
import { form, problemPlace, tick } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { eraseMe } from "./login.js";
import { privacy } from "./privacy.js";

/** @param {import("../app.js").App} app */
export function eraseForm(app) {
  const user = app.identities.current()?.kind === "user";
  return h(
    "details",
    { testid: "erasing" },
    h("summary", null, "Privacy, and being forgotten"),
    privacy(),
    user
      ? null
      : h(
          "p",
          null,
          "“Forget me here” leaves this browser only; nobody can come back as you, and the server forgets you after 90 days.",
        ),
    form(
      { class: "stack", "data-key": "erase" },
      async () => {
        await eraseMe(app.api);
        app.navigate("/");
        notify("Everything about you is erased.");
      },
      h(
        "p",
        null,
        `Erasing takes ${user ? "your account" : "all of it"} away at once and for good: name, answers, limits, history.`,
      ),
      tick("erase-sure", "Yes, erase everything about me"),
      problemPlace(),
      h("button", { testid: "erase-me" }, user ? "Erase my account" : "Erase me"),
    ),
  );
}
