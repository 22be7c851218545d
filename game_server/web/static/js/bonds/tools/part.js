/**
 * A tool as a part of a bond: its list, a new row's form, one of its rows.
 * @module
 */

import { ApiError } from "../../api.js";
import { h } from "../../ui/dom.js";
import { loading } from "../../ui/loading.js";
import { toolNamed } from "./catalog.js";
import { readRow } from "./commands.js";
import { freshPage } from "./fresh.js";
import { JOURNAL } from "./journal.js";
import { ListPage } from "./list.js";
import { POINTS } from "./points.js";
import { RESOURCES } from "./resources.js";
import { REWARDS } from "./rewards.js";
import { RowPage } from "./row.js";
import { goneView, rowView } from "./rowview.js";
import { RULES } from "./rules.js";
import { TASKS } from "./tasks.js";
import { TEMPLATES } from "./templates.js";

/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("../parts.js").Part} Part */
/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("./kind.js").Kind} Kind */

const NEW = "new";

/** The tools whose screens follow from their declarations, by their word in the address. @type {Readonly<Record<string, Part>>} */
export const TOOL_PARTS = Object.fromEntries(
  [TASKS, TEMPLATES, RULES, REWARDS, POINTS, RESOURCES, JOURNAL].map((kind) => [kind.tool, partOf(kind)]),
);

/** @param {Kind} kind @returns {Part} */
function partOf(kind) {
  const { title, sign } = kind;
  return { title, sign, screen: (place, here) => loading(place, () => null, (draw) => toolPage(here, kind, draw), { again: true }) };
}

/** @param {Here} here @param {Kind} kind @param {(content: Child) => void} draw @returns {Promise<Child>} */
export async function toolPage(here, kind, draw) {
  const { bond, row: id } = here;
  const framed = (/** @type {Child} */ content) => h("div", { class: "tool", testid: `tool-${kind.tool}` }, content);
  const drawn = (/** @type {Child} */ content) => draw(framed(content));
  const tool = await toolNamed(kind.tool);
  if (id === null) {
    const list = new ListPage(here, tool, kind, drawn);
    await list.read();
    here.heard(({ table }) => void ((table === tool.table || hears(kind, table)) && list.again()));
    return framed(list.view());
  }
  if (id === NEW) {
    here.entitle(kind.fresh);
    return framed(await freshPage(here, tool, kind, drawn));
  }
  const row = await readRow(bond, tool, id).catch(unlessGone);
  if (row === null) return framed(goneView(bond, tool));
  const shown = new RowPage(here, tool, kind, row, drawn);
  here.entitle(kind.line(row, bond).title);
  here.heard(({ table, id: changed }) => void (((table === tool.table && changed === id) || hears(kind, table)) && shown.again()));
  return framed(rowView(shown));
}

/** @param {unknown} error */
function unlessGone(error) {
  if (error instanceof ApiError && error.status === 404) return null;
  throw error;
}

/** On people and on the bond itself depends what may be done; null: anything may have changed. @param {Kind} kind @param {string | null} table */
function hears({ hears: others = [] }, table) {
  return table === null || ["bonds", "bond_members", ...others].includes(table);
}
