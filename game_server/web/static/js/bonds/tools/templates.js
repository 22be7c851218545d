/**
 * Templates: tasks that come again and again, written once. They are aimed at nobody until one is used.
 * @module
 */

import { _, ngettext } from "../../ui/tongue.js";
import { choiceFact } from "./facts.js";
import { choiceWords, pointsWord } from "./words.js";

/** @typedef {import("./kind.js").Kind} Kind */

/** @type {Kind} */
export const TEMPLATES = {
  tool: "task-templates",
  title: _("Templates"),
  sign: "copy",
  lead: _("What comes again and again, written once. It asks nothing of anybody until one of you uses it."),
  empty: _("No template yet. Write down what you ask for often, and the next time it takes two taps."),
  fresh: _("Write a template"),
  made: _("It is kept for the next time."),
  first: ["title", "description", "point_value"],
  line: (row) => ({
    title: row["title"] ?? _("A template"),
    hint: row["recurring"] === "none" ? null : choiceWords("tasks", "recurring", row["recurring"]).label,
    value: row["point_value"] > 0 ? pointsWord(row["point_value"]) : null,
  }),
  facts: (row) => [
    row["point_value"] > 0 ? [_("Brings"), pointsWord(row["point_value"])] : null,
    row["priority"] === "medium" ? null : choiceFact(_("Matters"), "tasks", row, "priority"),
    row["recurring"] === "none" ? null : [_("Comes again"), choiceWords("tasks", "recurring", row["recurring"]).label],
    row["reminder_minutes"] === null ? null : [_("Reminder"), ngettext("{n} minute before", "{n} minutes before", row["reminder_minutes"])],
  ],
  doings: [
    {
      name: "use",
      label: _("Give it as a task"),
      done: _("It is given."),
      asks: ["assigned_to", "due_date"],
      first: () => true,
      allowed: (_row, bond) => bond.may("task-templates.use"),
    },
  ],
};
