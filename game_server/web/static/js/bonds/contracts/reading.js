/**
 * One contract to read: how it stands, its words, who signed, what one may do, and its versions.
 * @module
 */

import { h } from "../../ui/dom.js";
import { loading } from "../../ui/loading.js";
import { _ } from "../../ui/tongue.js";
import { allRows, commands, gentle, tellPrompt } from "../commands.js";
import { contractForm, typedOf } from "./form.js";
import { Comparison, versionsBox } from "./versions.js";
import { acts, signaturesBox } from "./signing.js";
import { NO_FORCE, STATES, standing } from "./words.js";

/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("./words.js").Contract} Contract */
/** @typedef {import("./words.js").Signature} Signature */
/** @typedef {{contract: Contract, signatures: Signature[], versions: Contract[]}} Loaded */

const TABLES = new Set(["contracts", "contract_signatures", null]);

/** @param {HTMLElement} place @param {Here} here @param {string} id */
export function readingView(place, here, id) {
  const { bond } = here;
  let editing = false;
  /** @type {Loaded} */
  let last;
  return loading(
    place,
    () => null,
    async (draw) => {
      /** @param {Loaded} loaded @returns {Child} */
      const show = (loaded) => {
        here.entitle(loaded.contract.title);
        return editing ? editView(bond, loaded.contract, leave) : page(bond, loaded, desk(loaded), comparison);
      };
      /** @returns {Promise<void>} */
      const again = async () => draw(show((last = await read(bond, id))));
      const leave = async () => {
        editing = false;
        await again();
      };
      const desk = (/** @type {Loaded} */ loaded) => ({
        bond,
        ...loaded,
        reload: again,
        edit: () => {
          editing = true;
          draw(show(loaded));
        },
      });
      const comparison = new Comparison(bond, () => draw(show(last)));
      here.heard(({ table }) => {
        if (TABLES.has(table) && !editing) void again().catch(gentle);
      });
      last = await read(bond, id);
      return show(last);
    },
    { again: true },
  );
}

/** @param {Bond} bond @param {string} id @returns {Promise<Loaded>} */
async function read(bond, id) {
  const path = `/contracts/${encodeURIComponent(id)}`;
  const [contract, { items: signatures }, all] = await Promise.all([
    bond.app.api.get(bond.api(path)),
    bond.app.api.get(bond.api(`${path}/signatures`)),
    allRows(bond, "/contracts"),
  ]);
  const versions = all.filter((/** @type {Contract} */ each) => each.line_id === contract.line_id);
  return { contract, signatures, versions: versions.sort((/** @type {Contract} */ one, /** @type {Contract} */ other) => other.version_number - one.version_number) };
}

/** @param {Bond} bond @param {Contract} contract @param {() => Promise<void>} leave */
function editView(bond, contract, leave) {
  return [
    contractForm(bond, contract, _("Keep the change"), async (words) => {
      tellPrompt(await bond.app.api.patch(bond.api(`/contracts/${encodeURIComponent(contract.id)}`), { ...words, version: contract.version }));
      await leave();
    }),
    h("button", { type: "button", class: "plain", testid: "leave-edit", onclick: () => { typedOf(bond, contract).drop(); void leave(); } }, _("Leave it as it is")),
  ];
}

/** @param {Bond} bond @param {Loaded} loaded @param {import("./signing.js").Desk} desk @param {Comparison} comparison */
function page(bond, { contract, versions }, desk, comparison) {
  return h(
    "div",
    { class: "stack contract-page", testid: "contract-page", "data-status": contract.status },
    h("p", { class: "no-force", testid: "no-force" }, NO_FORCE),
    h("p", { class: "quiet", role: "status", testid: "contract-standing" }, h("strong", null, STATES[contract.status]), " · ", standing(contract)),
    paper(contract),
    signaturesBox(desk),
    acts(desk),
    anew(bond, contract, versions, desk.reload),
    versionsBox(bond, contract, versions, comparison),
  );
}

/** Its words as they are signed: nothing is added to them or left out. @param {Contract} contract */
function paper({ title, content, version_number: number }) {
  return h(
    "article",
    { class: "paper", testid: "contract-text", "data-key": "paper" },
    h("h2", null, title),
    content.split(/\n\s*\n/).map((each) => h("p", null, each)),
    h("footer", null, _("Version {n}", { n: number })),
  );
}

/** @param {Bond} bond @param {Contract} contract @param {Contract[]} versions @param {() => Promise<unknown>} reload */
function anew(bond, contract, versions, reload) {
  const draft = versions.find(({ status }) => status === "draft");
  if (contract.status === "draft" || bond.over) return null;
  if (draft !== undefined) return h("a", { class: "button", href: bond.to("contracts", draft.id), testid: "to-draft" }, _("To the draft of version {n}", { n: draft.version_number }));
  const write = commands(reload, async () => {
    const made = await bond.app.api.create(bond.api(`/contracts/${encodeURIComponent(contract.id)}/new-version`), {});
    bond.app.navigate(bond.to("contracts", made.id));
    return made;
  });
  return h(
    "section",
    { class: "stack", "data-key": "anew" },
    h("button", { type: "button", testid: "new-version", onclick: write }, _("Write a new version")),
    h("small", null, contract.status === "active" ? _("This one holds until everybody has signed the new one.") : _("It begins with these words, as a draft.")),
  );
}
