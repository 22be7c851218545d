/**
 * The form of a tool, made from its declaration: for a new row, for one that changes, for what a command takes.
 * @module
 */

import { ApiError } from "../../api.js";
import { h } from "../../ui/dom.js";
import { form, problemPlace } from "../../ui/forms.js";
import { _ } from "../../ui/tongue.js";
import { atField } from "./commands.js";
import { Draft } from "./drafts.js";
import { fieldOf } from "./fields.js";
import { valueOf } from "./values.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("./catalog.js").Given} Given */
/** @typedef {import("./drafts.js").Typed} Typed */
/**
 * @typedef {object} About
 * @property {string} tool whose words the fields have
 * @property {string} about what is typed in it is kept under this name
 * @property {readonly Given[]} fields
 * @property {readonly string[]} [first] of them those that everybody sees; the others lie behind "More"
 * @property {readonly string[]} people user ids, for whom it may be
 * @property {boolean} [all] may it be for everybody?
 * @property {Readonly<Record<string, unknown>>} [values] as they are now
 * @property {Typed | null} [instead] typed by somebody else than its person, such as a template
 * @property {number} [version] of the row that it is about: kept with what is typed
 * @property {Child} [above]
 * @property {Child} [below] above its button
 * @property {string} send what its button says
 * @property {() => void} [close] leaves it; what was typed goes
 * @property {(values: Record<string, unknown>, data: FormData) => Promise<unknown>} act throws what is refused
 */

/** @param {Bond} bond @param {About} about */
export function toolForm(bond, about) {
  const draft = new Draft(bond, about.about);
  const typed = draft.typed ?? about.instead ?? null;
  const values = about.values ?? {};
  const { people, all = false } = about;
  const make = (/** @type {Given} */ given) => fieldOf({ bond, tool: about.tool, people, all }, given, values[given.name], typed);
  const { first = about.fields.map(({ name }) => name) } = about;
  const seen = first.flatMap((name) => about.fields.filter((given) => given.name === name));
  const more = about.fields.filter(({ name }) => !first.includes(name));
  const names = about.fields.map(({ name }) => name);
  const act = async (/** @type {FormData} */ data) => {
    try {
      await about.act(Object.fromEntries(about.fields.map((given) => [given.name, valueOf(given, data)])), data);
      draft.drop();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw atField(error, names);
    }
  };
  const close = () => {
    draft.drop();
    about.close?.();
  };
  return form(
    { class: "box tool-form", testid: "tool-form", "data-key": about.about, ...draft.listeners },
    act,
    about.above,
    seen.map(make),
    more.length === 0
      ? null
      : h("details", { testid: "more-fields", "data-key": "more" }, h("summary", { testid: "more-fields-summary" }, _("More, if you like")), h("div", { class: "stack" }, more.map(make))),
    about.below,
    about.version === undefined ? null : h("input", { type: "hidden", name: "version", value: about.version }),
    problemPlace(),
    h(
      "div",
      { class: "side-by-side" },
      h("button", { class: "primary", testid: "send" }, about.send),
      about.close === undefined ? null : h("button", { type: "button", testid: "send-not", onclick: close }, _("Not now")),
    ),
  );
}
