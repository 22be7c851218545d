/**
 * All contracts of a bond: one line each, whatever its versions, with what is in force or waits first.
 * @module
 */

import { h } from "../../ui/dom.js";
import { loading } from "../../ui/loading.js";
import { box, goto } from "../../ui/rows.js";
import { day } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";
import { allRows, gentle } from "../commands.js";
import { NO_FORCE, STATES } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../parts.js").PartScreen} PartScreen */
/** @typedef {import("./words.js").Contract} Contract */

const TABLES = new Set(["contracts", "contract_signatures", null]);

/** @type {PartScreen} */
export const listView = (place, here) => {
  const { bond } = here;
  const load = async () => view(bond, await allRows(bond, "/contracts"));
  return loading(place, () => null, async (draw) => {
    here.heard(({ table }) => {
      if (TABLES.has(table)) void load().then(draw, gentle);
    });
    return load();
  }, { again: true });
};

/** The newest version that says how a line stands: what is in force, else what waits, else the newest. @param {Contract[]} versions */
export function leading(versions) {
  const newest = [...versions].sort((one, other) => other.version_number - one.version_number);
  const of = (/** @type {string} */ status) => newest.find((each) => each.status === status);
  return of("active") ?? of("pending_signature") ?? newest[0];
}

/** @param {Contract[]} contracts @returns {Contract[][]} by line */
export function lines(contracts) {
  /** @type {Map<string, Contract[]>} */
  const found = new Map();
  for (const each of contracts) found.set(each.line_id, [...(found.get(each.line_id) ?? []), each]);
  return [...found.values()];
}

/** @param {Bond} bond @param {Contract[]} contracts */
function view(bond, contracts) {
  const shown = lines(contracts).map((versions) => ({ versions, lead: /** @type {Contract} */ (leading(versions)) }));
  const of = (/** @type {readonly string[]} */ states) => shown.filter(({ lead }) => states.includes(lead.status));
  const past = of(["withdrawn", "expired", "superseded"]);
  return h(
    "div",
    { class: "stack", testid: "contracts" },
    h("p", { class: "no-force", testid: "no-force" }, NO_FORCE),
    contracts.length === 0 ? nothingYet() : null,
    bond.may("contracts.create") ? h("a", { class: "button primary", href: bond.to("contracts", "new"), testid: "new-contract" }, _("Write one")) : null,
    box("in-force", _("In force"), of(["active"]).map((each) => line(bond, each.lead, each.versions))),
    box("to-sign", _("To be signed"), of(["pending_signature"]).map((each) => line(bond, each.lead, each.versions))),
    box("drafts", _("Drafts"), of(["draft"]).map((each) => line(bond, each.lead, each.versions))),
    past.length === 0
      ? null
      : h(
          "details",
          { class: "box", testid: "past", "data-key": "past" },
          h("summary", null, _("What is over")),
          h("ul", { class: "rows" }, past.map((each) => line(bond, each.lead, each.versions))),
        ),
  );
}

function nothingYet() {
  return h(
    "section",
    { class: "box", testid: "nothing-yet" },
    h("h2", null, _("Nothing written yet")),
    h("p", null, _("A contract says in your own words what you want to hold to: what you do, what you leave, how you stop. It is worth the talk that it takes.")),
  );
}

/** @param {Bond} bond @param {Contract} lead @param {Contract[]} versions */
function line(bond, lead, versions) {
  const waits = versions.find((each) => each !== lead && (each.status === "draft" || each.status === "pending_signature"));
  const since = lead.signed_at === null ? lead.created_at : lead.signed_at;
  return goto({
    testid: "contract",
    key: lead.line_id,
    href: bond.to("contracts", lead.id),
    sign: "note",
    title: lead.title,
    hint: waits === undefined ? _("Version {n}, {day}", { n: lead.version_number, day: day(since) }) : _("Version {n}, {day}; a newer one is being written", { n: lead.version_number, day: day(since) }),
    value: STATES[lead.status],
  });
}
