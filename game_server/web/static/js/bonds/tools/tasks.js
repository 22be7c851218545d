/**
 * Tasks: what one asks of another, or of themselves.
 * @module
 */

import { h } from "../../ui/dom.js";
import { notify } from "../../ui/notices.js";
import { explain, presses } from "../../ui/forms.js";
import { box, goto } from "../../ui/rows.js";
import { _, ngettext } from "../../ui/tongue.js";
import { handIn } from "./handin.js";
import { picture } from "./pictures.js";
import { choiceFact, forWhom, when } from "./facts.js";
import { choiceWords, pointsWord, stateWord } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./kind.js").Kind} Kind */
/** @typedef {import("./row.js").RowPage} RowPage */
/** @typedef {{id: string, type: "text" | "photo" | "video", text: string | null, user_id: string, file_id?: string | null}} Proof */

const OPEN = new Set(["pending", "in_progress"]);

/** @param {Row} row @param {Bond} bond */
const mine = (row, bond) => row["assigned_to"] === bond.me.user_id;

/** @type {Kind} */
export const TASKS = {
  tool: "tasks",
  title: _("Tasks"),
  sign: "check",
  lead: _("What one of you asks of another, or of themselves. Whoever it is for may always say no."),
  empty: _("Nothing is asked of anybody. A small thing is a good beginning: something one of you would love to do for the other."),
  fresh: _("Give a task"),
  made: _("It is given."),
  first: ["title", "assigned_to", "due_date", "description"],
  hears: ["task_proof"],
  asked: ["status", "assigned_to", "overdue"],
  line,
  groups: [
    ["mine", _("For you")],
    ["look", _("Handed in to you")],
    ["theirs", _("For the others")],
    ["done", _("Before")],
  ],
  group: (row, bond) => {
    if (!OPEN.has(row["status"])) return row["status"] === "completed" && row["assigned_by"] === bond.me.user_id && !mine(row, bond) ? "look" : "done";
    return mine(row, bond) ? "mine" : "theirs";
  },
  standing,
  facts,
  below,
  ways: ({ bond }) =>
    box("ways", null, [
      goto({ testid: "to-templates", sign: "copy", href: bond.to("task-templates"), title: _("Templates"), hint: _("What comes again and again, written once") }),
    ]),
  removal: _("Take it back"),
  doings: [
    {
      name: "start",
      label: _("I begin"),
      done: _("You have begun."),
      first: (row) => row["status"] === "pending",
      when: (row) => row["held"] !== true,
    },
    {
      name: "submit",
      label: _("Hand it in"),
      done: _("Handed in."),
      form: handIn,
      first: (row) => row["status"] === "in_progress",
      when: (row) => row["held"] !== true,
    },
    { name: "approve", label: _("Yes, well done"), done: _("You said yes to it."), first: () => true },
    {
      name: "revise",
      label: _("Ask for another go"),
      done: _("It is open again, with your words."),
      asks: ["reason"],
      lead: _("Say what is missing as you would like to hear it yourself."),
    },
    {
      name: "grant",
      command: "answer-extension",
      body: { grant: true },
      label: _("Give them the time"),
      done: _("They have until then."),
      first: () => true,
      when: (row) => row["extension_requested"] === true,
    },
    {
      name: "refuse",
      command: "answer-extension",
      body: { grant: false },
      label: _("Leave it as it is"),
      done: _("It stays as it is."),
      when: (row) => row["extension_requested"] === true,
    },
    {
      name: "ask-extension",
      label: _("Ask for more time"),
      done: _("Asked."),
      asks: ["until", "reason"],
      when: (row) => row["due_date"] !== null && row["held"] !== true,
    },
    {
      name: "cancel",
      label: _("Call it off"),
      done: _("Called off. Nothing is owed."),
      anyhow: true,
      body: { series: false },
      sure: { title: _("Call it off?"), lines: [_("Nobody has to say why, and it counts neither as missed nor as late.")], no: _("Leave it") },
    },
    {
      name: "cancel-series",
      command: "cancel",
      label: _("Call it off for good"),
      done: _("Called off, and it comes no more."),
      anyhow: true,
      body: { series: true },
      when: (row) => row["series_id"] !== null,
      sure: {
        title: _("For good?"),
        lines: [_("This one is called off, and no other comes after it.")],
        no: _("Leave it"),
      },
    },
  ],
};

/** @param {Row} row @param {Bond} bond */
function line(row, bond) {
  const at = when(row["due_date"], row["all_day"]);
  const due = at === null ? null : row["overdue"] === true ? _("was for {when}", { when: at }) : _("until {when}", { when: at });
  const who = mine(row, bond) ? _("for you") : _("for {name}", { name: bond.nameOf(row["assigned_to"]) });
  const hint = [who, due].filter((each) => each !== null).join(" · ");
  return { title: row["title"] ?? _("A task"), hint, value: standingWord(row) };
}

/** @param {Row} row */
function standingWord(row) {
  if (row["held"] === true) return _("rests");
  if (row["extension_requested"] === true) return _("more time?");
  return stateWord("tasks", row["status"]);
}

/** @param {Row} row @param {Bond} bond */
function standing(row, bond) {
  return [h("p", { class: "state", testid: "state" }, standingWord(row)), remark(row, bond)];
}

/** What is to be said of how it stands, never who is to blame. @param {Row} row @param {Bond} bond */
function remark(row, bond) {
  if (row["held"] === true) return h("p", { testid: "held" }, _("It touches a limit, so it rests: nobody has to do it, and it is never late."));
  if (row["extension_requested"] === true)
    return h(
      "p",
      { testid: "extension" },
      mine(row, bond)
        ? _("You asked to have until {when}.", { when: when(row["extension_until"], row["all_day"]) ?? "" })
        : _("{name} would like to have until {when}.", { name: bond.nameOf(row["assigned_to"]), when: when(row["extension_until"], row["all_day"]) ?? "" }),
      row["extension_reason"] === null ? null : h("span", { class: "quote written" }, row["extension_reason"]),
    );
  if (row["overdue"] === true) return h("p", { testid: "overdue" }, _("Its time has passed, and that is all. It can still be done, moved or called off."));
  if (row["status"] === "completed" && mine(row, bond)) return h("p", null, _("It waits for a look."));
  return null;
}

/** @param {Row} row @param {Bond} bond @returns {(readonly [string, string] | null)[]} */
function facts(row, bond) {
  const due = when(row["due_date"], row["all_day"]);
  return [
    [_("For"), forWhom(row, bond)],
    due === null ? null : [_("Until"), due],
    row["point_value"] > 0 ? [_("Brings"), pointsWord(row["point_value"])] : null,
    row["priority"] === "medium" ? null : choiceFact(_("Matters"), "tasks", row, "priority"),
    row["recurring"] === "none" ? null : [_("Comes again"), choiceWords("tasks", "recurring", row["recurring"]).label],
    row["proof_required"] === true ? [_("To be shown"), row["proof_type"] === null ? _("A few words") : choiceWords("tasks", "proof_type", row["proof_type"]).label] : null,
    row["reminder_minutes"] === null ? null : [_("Reminder"), ngettext("{n} minute before", "{n} minutes before", row["reminder_minutes"])],
  ];
}

/** What was said and shown of it. @param {RowPage} page */
function below(page) {
  const { row, bond } = page;
  /** @type {readonly Proof[]} */
  const proofs = row["proof"] ?? [];
  const said = row["status"] === "in_progress" || row["status"] === "pending" ? row["revise_reason"] : null;
  return [
    said === null ? null : h("section", { class: "box", testid: "revise-reason", "data-key": "revise" }, h("h2", null, _("For another go")), h("p", { class: "written" }, said)),
    row["notes"] === null && proofs.length === 0
      ? null
      : h(
          "section",
          { class: "box", testid: "shown", "data-key": "shown" },
          h("h2", null, mine(row, bond) ? _("What you showed") : _("What {name} showed", { name: bond.nameOf(row["assigned_to"]) })),
          row["notes"] === null ? null : h("p", { class: "written", testid: "notes" }, row["notes"]),
          proofs.map((proof) => shown(page, proof)),
        ),
  ];
}

/** @param {RowPage} page @param {Proof} proof */
function shown(page, proof) {
  const { app, bond } = page;
  const { id, type, text, user_id: by, file_id: file } = proof;
  return h(
    "div",
    { class: "proof stack", testid: `proof-${type}`, "data-key": id },
    file ? picture(app, file, _("The photo that was shown")) : null,
    text === null ? null : type === "video" ? h("a", { class: "address", href: text, target: "_blank", rel: "noopener noreferrer", testid: "video" }, text) : h("p", { class: "written" }, text),
    type === "photo" && !file && text === null ? h("p", { class: "quiet" }, _("The photo was taken back.")) : null,
    by === bond.me.user_id && !bond.over ? h("button", { type: "button", class: "plain", testid: "take-proof-back", onclick: takenBack(page, proof) }, _("Take this back")) : null,
  );
}

/** @param {RowPage} page @param {Proof} proof */
function takenBack(page, { id }) {
  return presses(async () => {
    try {
      await page.app.api.delete(page.bond.api(`/tasks/${page.row.id}/proof/${id}`));
      notify(_("It is gone."));
    } catch (error) {
      notify(explain(error));
    }
    await page.again();
  });
}
