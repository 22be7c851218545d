/**
 * What is kept about whoever is here, to be taken away.
 * @module
 */

import { h } from "../ui/dom.js";
import { save } from "../ui/files.js";
import { form, problemPlace, text } from "../ui/forms.js";
import { _ } from "../ui/tongue.js";
import { privacy } from "./privacy.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function dataPage(app) {
  return [
    form(
      { class: "box", testid: "your-data" },
      (data) => take(app, text(data, "format")),
      h("p", null, _("Everything that is kept about you, in one file. Nothing that is only your partner’s is in it.")),
      h("p", { class: "quiet" }, _("Your answers are sealed here, and open in the file: keep it where only you look.")),
      problemPlace(),
      h("button", { class: "primary", name: "format", value: "html", testid: "export-html" }, _("A page to read")),
      h("button", { name: "format", value: "json", testid: "export-json" }, _("A file for programs")),
    ),
    privacy(),
  ];
}

/** @param {App} app @param {string} format html or json */
async function take(app, format) {
  const owner = app.identities.owner();
  const file = await app.api.file(`/api/me/export?format=${format}`);
  if (owner === app.identities.owner()) save(file, `attuned.${format}`);
}
