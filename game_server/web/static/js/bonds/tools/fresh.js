/**
 * A new row of a tool, by its form.
 * @module
 */

import { h } from "../../ui/dom.js";
import { notify } from "../../ui/notices.js";
import { goto } from "../../ui/rows.js";
import { _ } from "../../ui/tongue.js";
import { writable } from "./catalog.js";
import { addRow } from "./commands.js";
import { Draft } from "./drafts.js";
import { toolForm } from "./form.js";
import { candidates, mayCreate } from "./rights.js";
import { choiceWords, promptWords } from "./words.js";

/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./catalog.js").Tool} Tool */
/** @typedef {import("./drafts.js").Typed} Typed */
/** @typedef {import("./kind.js").Kind} Kind */

const MOST_TEMPLATES = 30;

/** @param {Here} here @param {Tool} tool @param {Kind} kind @param {(content: Child) => void} draw @returns {Promise<Child>} */
export async function freshPage(here, tool, kind, draw) {
  const { bond, app } = here;
  if (!mayCreate(bond, tool)) return h("p", { testid: "not-yours" }, _("Your part in this bond does not give you that."));
  const templates = tool.name === "tasks" ? await read(here) : [];
  /** @type {Row | null} */
  let used = null;
  const about = `${tool.name}.new`;
  const all = bond.permissions.acts[`${tool.name}.create-for-all`]?.allowed === true;
  const fields = writable(tool, true);
  const page = () => [
    templatesBox(templates, used, (template) => {
      used = template;
      new Draft(bond, about).drop();
      draw(page());
    }),
    toolForm(bond, {
      tool: tool.name,
      about,
      fields: kind.fields?.(fields) ?? fields,
      first: kind.first,
      people: candidates(bond, tool),
      all,
      values: { ...Object.fromEntries(fields.map(({ name, default: usual = null }) => [name, usual])), ...valuesOf(used) },
      send: kind.fresh,
      close: () => app.navigate(bond.to(tool.name)),
      act: async (values) => {
        const row = await addRow(bond, tool, { ...values, ...(used !== null && { template_id: used.id }) });
        new Draft(bond, about).drop();
        const more = promptWords(row["prompt"]);
        notify(more === null ? kind.made : `${kind.made} ${more}`);
        app.navigate(bond.to(tool.name, row.id), { replace: true });
      },
    }),
  ];
  return page();
}

/** @param {Here} here @returns {Promise<readonly Row[]>} */
async function read({ bond }) {
  if (!bond.may("task-templates.use")) return [];
  return (await bond.app.api.get(bond.api(`/task-templates?limit=${MOST_TEMPLATES}`))).items;
}

/** What a template says of a task. @param {Row | null} template */
function valuesOf(template) {
  if (template === null) return {};
  const { id, version, created_at, updated_at, ...said } = template;
  return said;
}

/** @param {readonly Row[]} templates @param {Row | null} used @param {(template: Row) => void} use */
function templatesBox(templates, used, use) {
  if (templates.length === 0) return null;
  return h(
    "details",
    { class: "box", testid: "templates", "data-key": "templates" },
    h("summary", null, used === null ? _("Begin with a template") : _("From a template: {title}", { title: used["title"] ?? "" })),
    h(
      "ul",
      { class: "rows" },
      templates.map((each) =>
        goto({
          testid: "template",
          key: each.id,
          sign: "copy",
          title: each["title"] ?? _("A template"),
          hint: each["recurring"] === "none" ? null : choiceWords("tasks", "recurring", each["recurring"]).label,
          onclick: () => use(each),
        }),
      ),
    ),
  );
}
