/**
 * Looking back as files: a page to read or print, and a table.
 * @module
 */

import { explain, presses } from "../../ui/forms.js";
import { save } from "../../ui/files.js";
import { notify } from "../../ui/notices.js";
import { box, doing } from "../../ui/rows.js";
import { _ } from "../../ui/tongue.js";
import { asked } from "./days.js";

/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("./days.js").Span} Span */

/** @param {Here} here @param {Span} span */
export function takeBox(here, span) {
  return box("take-back", _("Take it along"), [
    doing({
      testid: "take-report",
      sign: "note",
      title: _("A page to read or print"),
      hint: _("It holds names and numbers: keep it where only you look."),
      onclick: takes(here, `/report.html?${asked(span)}`, "looking-back.html"),
    }),
    doing({ testid: "take-table", sign: "out", title: _("A table for a spreadsheet"), onclick: takes(here, `/analytics.csv?${asked(span)}`, "looking-back.csv") }),
  ]);
}

/** @param {Here} here @param {string} path @param {string} name */
function takes({ app, bond }, path, name) {
  return presses(async () => {
    const owner = app.identities.owner();
    try {
      const file = await app.api.file(bond.api(path));
      if (owner === app.identities.owner()) save(file, name);
    } catch (error) {
      notify(explain(error));
    }
  });
}
