/**
 * How a row is drawn: what was just done, what it says, what can be pressed, what is being written.
 * @module
 */

import { h } from "../../ui/dom.js";
import { explain, presses } from "../../ui/forms.js";
import { notify } from "../../ui/notices.js";
import { serverNow } from "../../ui/servertime.js";
import { openSheet } from "../../ui/sheet.js";
import { ago } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";
import { toolForm } from "./form.js";
import { candidates, legal, may } from "./rights.js";

/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("./kind.js").Doing} Doing */
/** @typedef {import("./row.js").RowPage} RowPage */

const EDIT = "edit";
const CHANGED = _("This was changed in the meantime. Here it is as it is now.");

/** @param {RowPage} page @returns {Child} */
export function rowView(page) {
  const { kind, tool, writing, just, differing } = page;
  return h(
    "div",
    { class: "stack", testid: `row-${tool.name}` },
    just === null ? null : justDone(page, just),
    differing ? h("p", { class: "standing", role: "status", testid: "changed" }, CHANGED) : null,
    writing === EDIT && !differing ? null : told(page),
    writing === EDIT ? null : kind.below?.(page),
    writing === null ? doings(page) : writing === EDIT ? editing(page) : asking(page, writing),
  );
}

/** @param {import("../bond.js").Bond} bond @param {import("./catalog.js").Tool} tool */
export function goneView(bond, tool) {
  return h(
    "section",
    { class: "box", testid: "row-gone" },
    h("p", null, _("This is not there any more.")),
    h("a", { class: "button", href: bond.to(tool.name) }, _("To the others")),
  );
}

/** @param {RowPage} page @param {{said: string, undo: Doing | null}} just */
function justDone(page, { said: words, undo }) {
  return h(
    "div",
    { class: "row just", role: "status", testid: "just", "data-key": "just" },
    h("p", { class: "grows" }, words),
    undo === null || !page.can(undo) ? null : h("button", { type: "button", testid: "undo", onclick: pressed(page, undo) }, _("Undo")),
  );
}

/** What the row says. @param {RowPage} page */
function told({ row, kind, bond, tool }) {
  const facts = [...(kind.facts?.(row, bond) ?? [])].filter((each) => each !== null);
  const body = row["description"] ?? row["content"] ?? null;
  const by = row[tool.owner];
  return h(
    "section",
    { class: "box told", testid: "told", "data-key": "told" },
    kind.standing?.(row, bond),
    body === null ? null : h("p", { class: "written", testid: "body" }, body),
    facts.length === 0 ? null : h("dl", { class: "terms" }, facts.map(([term, words]) => h("div", null, h("dt", null, term), h("dd", null, words)))),
    h("small", null, by === bond.me.user_id ? _("From you, {day}", { day: ago(row.created_at, serverNow()) }) : _("From {name}, {day}", { name: bond.nameOf(by), day: ago(row.created_at, serverNow()) })),
  );
}

/** @param {RowPage} page */
function doings(page) {
  const { kind, tool, row, bond } = page;
  const removable = tool.removable === true && may(bond, tool, "remove", row) && legal(tool, "remove", row);
  const all = page.doings;
  if (all.length === 0 && !page.editable && !removable) return null;
  return h(
    "div",
    { class: "onward", testid: "doings", "data-key": "doings" },
    all.map((each) => button(page, each)),
    page.editable
      ? h("button", { type: "button", testid: "do-edit", onclick: () => page.write(EDIT) }, kind.editing ?? _("Change it"))
      : null,
    removable
      ? h("button", { type: "button", class: "plain", testid: "do-remove", onclick: asks(page) }, kind.removal ?? _("Delete it"))
      : null,
  );
}

/** @param {RowPage} page @param {Doing} doing */
function button(page, doing) {
  const { name, label, sure } = doing;
  const first = doing.first?.(page.row, page.bond) === true;
  const opens = doing.asks !== undefined || doing.form !== undefined;
  const onclick = opens ? () => page.write(name) : sure === undefined ? pressed(page, doing) : (/** @type {Event} */ event) => question(page, doing, event);
  return h("button", { type: "button", class: first ? "primary" : null, testid: `do-${name}`, onclick }, label);
}

/** @param {RowPage} page @param {Doing} doing */
function pressed(page, doing) {
  return presses(async () => {
    try {
      await page.do(doing);
    } catch (error) {
      notify(explain(error));
    }
  });
}

/** @param {RowPage} page @param {Doing} doing @param {Event} event */
function question(page, doing, event) {
  const near = /** @type {Element} */ (event.currentTarget);
  const { sure, name, label } = doing;
  if (sure === undefined) return;
  const testid = `sure-${name}`;
  const yes = presses(async () => {
    closed(testid);
    await page.do(doing).catch((error) => notify(explain(error)));
  });
  openSheet(near, { testid, title: sure.title, no: sure.no }, () => [
    sure.lines.map((line) => h("p", null, line)),
    h("button", { type: "button", class: "primary", testid: `${testid}-yes`, onclick: yes }, label),
  ]);
}

/** The sheet is closed by its own way back. @param {string} testid */
function closed(testid) {
  const no = document.querySelector(`[data-testid="${testid}-no"]`);
  if (no instanceof HTMLElement) no.click();
}

/** @param {RowPage} page */
function asks(page) {
  return (/** @type {Event} */ event) => {
    const near = /** @type {Element} */ (event.currentTarget);
    const yes = presses(async () => {
      closed("sure-remove");
      await page.remove().catch((error) => notify(explain(error)));
    });
    openSheet(near, { testid: "sure-remove", title: _("Delete it?"), no: _("Keep it") }, () => [
      h("p", null, page.kind.alone?.(page.row) ? _("It goes, and cannot be brought back.") : _("It goes for all of you, and cannot be brought back.")),
      h("button", { type: "button", class: "grave", testid: "sure-remove-yes", onclick: yes }, page.kind.removal ?? _("Delete it")),
    ]);
  };
}

/** @param {RowPage} page */
function editing(page) {
  const { tool, kind, row, bond } = page;
  return toolForm(bond, {
    tool: tool.name,
    about: `${tool.name}.${row.id}.${EDIT}`,
    fields: page.fields,
    first: kind.first,
    people: candidates(bond, tool),
    values: row,
    version: row.version,
    send: _("Keep the change"),
    close: () => page.write(null),
    act: (values) => page.change(values),
  });
}

/** @param {RowPage} page @param {string} name */
function asking(page, name) {
  const doing = page.kind.doings.find((each) => each.name === name);
  if (doing === undefined || !page.can(doing)) return doings(page);
  const close = () => page.write(null);
  if (doing.form !== undefined) return doing.form(page, close);
  const { tool, row, bond } = page;
  const takes = tool.commands[doing.command ?? name]?.body ?? [];
  const fields = (doing.asks ?? []).flatMap((asked) => takes.filter((given) => given.name === asked));
  const answers = tool.commands[doing.command ?? name]?.answers;
  return toolForm(bond, {
    tool: tool.name,
    about: `${tool.name}.${row.id}.${name}`,
    fields,
    people: candidates(bond, tool, answers === undefined ? "create" : name),
    version: row.version,
    above: doing.lead === undefined ? null : h("p", null, doing.lead),
    send: doing.label,
    close,
    act: (values) => page.do(doing, filled(values)),
  });
}

/** What is left empty need not be said. @param {Record<string, unknown>} values */
function filled(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

