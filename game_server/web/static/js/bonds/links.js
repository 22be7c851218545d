/**
 * The ways from a bond's own page to all that is in it, in plain lines.
 * @module
 */

import { box, goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";
import { partCalled } from "./parts.js";

/** @typedef {import("./bond.js").Bond} Bond */

/** What belongs together, in the order in which it is looked for. */
const GROUPS = [
  { testid: "together", title: _("Together"), parts: ["messages", "calendar", "scenes", "contracts", "boundaries"] },
  { testid: "agreed", title: _("What you agreed on"), parts: ["tasks", "task-templates", "rules", "rewards", "points"] },
  { testid: "kept", title: _("Kept for later"), parts: ["journal", "resources", "looking-back"] },
  { testid: "around", title: _("About this bond"), parts: ["people", "settings", "leave"] },
];

/** @param {Bond} bond */
export function linksBox(bond) {
  return GROUPS.map(({ testid, title, parts }) =>
    box(
      testid,
      title,
      parts.map((name) => {
        const part = partCalled(name);
        return part === null ? null : goto({ testid: `to-${name}`, sign: part.sign, title: part.title, href: bond.to(name) });
      }),
    ),
  );
}
