/**
 * What each wants and does not want, said blind: only what both say yes to shows, and what somebody shows themselves.
 * @module
 */

import { h } from "../ui/dom.js";
import { choice, field, form, problemPlace, text } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { notify } from "../ui/notices.js";
import { openSheet, told } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { gentle } from "./commands.js";
import { ownLimits, ownLimitsBox } from "./ownlimits.js";
import { ratingOf, seenOf } from "./ratings.js";

/** @typedef {import("./ownlimits.js").OwnLimit} OwnLimit */
/** @typedef {import("./parts.js").Here} Here */
/** @typedef {import("./parts.js").PartScreen} PartScreen */
/** @typedef {import("./ratings.js").Boundary} Boundary */
/** @typedef {{rows: Boundary[], more: string | null, limits: OwnLimit[]}} Known more: where the list goes on */

export const CATEGORIES = [
  { value: "sensation", label: _("Sensation") },
  { value: "impact", label: _("Impact") },
  { value: "rope", label: _("Rope") },
  { value: "power_exchange", label: _("Power") },
  { value: "roleplay", label: _("Roles and scenes") },
  { value: "other", label: _("Other") },
];
const LONGEST_NAME = 100;

/** @type {PartScreen} */
export const boundariesPart = (place, here) =>
  loading(
    place,
    () => null,
    async (draw) => {
      let known = await read(here);
      const reload = async () => {
        known = await read(here);
        draw(page(here, known, reload, further));
      };
      const further = async () => {
        const next = await rowsOf(here, known.more);
        known = { ...known, rows: [...known.rows, ...next.rows], more: next.more };
        draw(page(here, known, reload, further));
      };
      here.heard(({ table }) => (table === "boundaries" || table === null ? void reload().catch(gentle) : undefined));
      return page(here, known, reload, further);
    },
    { again: true },
  );

/** @param {Here} here @returns {Promise<Known>} */
async function read(here) {
  const [{ rows, more }, limits] = await Promise.all([rowsOf(here, null), ownLimits(here.app.api)]);
  return { rows, more, limits };
}

/** @param {Here} here @param {string | null} cursor @returns {Promise<{rows: Boundary[], more: string | null}>} */
async function rowsOf({ app, bond }, cursor) {
  const after = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
  const { items, next_cursor: more } = await app.api.get(bond.api(`/boundaries?limit=100${after}`));
  return { rows: items, more };
}

/** @param {Here} here @param {Known} known @param {() => Promise<void>} reload @param {() => Promise<void>} further */
function page(here, { rows, more, limits }, reload, further) {
  return [
    aboutBox(here, rows, reload),
    mutualBox(here, rows),
    CATEGORIES.map(({ value, label }) => categoryBox(here, label, rows.filter((row) => row.category === value), reload)),
    more === null ? null : h("button", { class: "plain", type: "button", testid: "more-boundaries", onclick: () => void further() }, _("Show more")),
    ownLimitsBox(here.app.api, limits, reload),
  ];
}

/** @param {Here} here @param {Boundary[]} rows @param {() => Promise<void>} reload */
function aboutBox(here, rows, reload) {
  const empty = rows.length === 0;
  return h(
    "section",
    { class: "box", testid: "boundaries" },
    h("p", null, empty ? _("Write down something one of you is curious about, or wants to keep away. Then each says for themselves what they think of it.") : _("Each says it for themselves. What both say yes to shows to both of you; all else nobody sees, not even whether you have answered.")),
    here.bond.may("boundaries.create")
      ? h("button", { class: empty ? "primary" : "", type: "button", testid: "add-boundary", onclick: (/** @type {Event} */ event) => addSheet(here, reload, event) }, _("Add something"))
      : null,
  );
}

/** @param {Here} here @param {Boundary[]} rows */
function mutualBox(here, rows) {
  const mutual = rows.filter(({ is_mutual: yes }) => yes);
  if (mutual.length === 0) return null;
  return h(
    "section",
    { class: "box", testid: "mutual" },
    h("h2", null, here.bond.members.length > 2 ? _("A yes you share") : _("You both say yes")),
    h(
      "ul",
      { class: "words-of" },
      mutual.map((row) => h("li", { "data-key": row.id }, row.activity_name)),
    ),
  );
}

/** @param {Here} here @param {string} title @param {Boundary[]} rows @param {() => Promise<void>} reload */
function categoryBox(here, title, rows, reload) {
  if (rows.length === 0) return null;
  return h(
    "section",
    { class: "box", "data-key": title },
    h("h2", null, title),
    h(
      "ul",
      { class: "rows" },
      rows.map((row) => boundary(here, row, reload)),
    ),
  );
}

/** @param {Here} here @param {Boundary} row @param {() => Promise<void>} reload */
function boundary(here, row, reload) {
  return h(
    "li",
    { class: "boundary", testid: "boundary", "data-key": row.id },
    h("h3", null, row.activity_name),
    ratingOf(here, row, reload),
    row.my_rating === "hard_no" ? h("p", { class: "quiet" }, row.shown ? _("Your limit, and the others see it.") : _("Your limit. Only you know.")) : null,
    seenOf(here, row).map((line) => h("p", { class: "quiet", testid: "seen-rating" }, line)),
    row.created_by === here.bond.me.user_id && here.bond.may("boundaries.remove")
      ? h("button", { class: "plain", type: "button", testid: "archive-boundary", onclick: (/** @type {Event} */ event) => archiveSheet(here, row, reload, event) }, _("Take off the list"))
      : null,
  );
}

/** @param {Here} here @param {() => Promise<void>} reload @param {Event} event */
function addSheet({ app, bond }, reload, { currentTarget }) {
  openSheet(/** @type {Element} */ (currentTarget), { testid: "adding", title: _("Add something"), no: _("Not now") }, (close) =>
    form(
      { class: "stack" },
      async (data) => {
        await app.api.create(bond.api("/boundaries"), { activity_name: text(data, "activity_name"), category: text(data, "category") });
        close();
        await reload();
      },
      field(_("What is it?"), { name: "activity_name", required: true, maxlength: LONGEST_NAME, autocomplete: "off" }, _("Everybody here sees what it is called, and that it came from you. Nobody sees what you say to it.")),
      choice("radio", "category", _("What kind?"), CATEGORIES, ["other"]),
      problemPlace(),
      h("button", { class: "primary", testid: "save-boundary" }, _("Add")),
    ),
  );
}

/** @param {Here} here @param {Boundary} row @param {() => Promise<void>} reload @param {Event} event */
function archiveSheet({ app, bond }, row, reload, { currentTarget }) {
  const title = _("Take “{name}” off the list?", { name: row.activity_name });
  openSheet(/** @type {Element} */ (currentTarget), { testid: "archive-sheet", title, no: _("Leave it as it is") }, (close) => [
    told(_("What goes"), [_("the line, for everybody here")]),
    told(_("What stays"), [_("everybody’s limits: a Never goes on protecting")]),
    form(
      { class: "stack" },
      async () => {
        await app.api.delete(bond.api(`/boundaries/${encodeURIComponent(row.id)}`));
        close();
        notify(_("It is off the list."));
        await reload();
      },
      problemPlace(),
      h("button", { class: "grave", testid: "archive-yes" }, _("Take it off")),
    ),
  ]);
}
