/**
 * A contract's words while they are a draft.
 * @module
 */

import { ApiError } from "../../api.js";
import { h, render } from "../../ui/dom.js";
import { choice, field, form, problemPlace, text } from "../../ui/forms.js";
import { _ } from "../../ui/tongue.js";
import { dayIn, instantOf } from "../../ui/zones.js";
import { tellPrompt } from "../commands.js";
import { Draft } from "../tools/drafts.js";
import { NO_FORCE } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../parts.js").PartScreen} PartScreen */
/** @typedef {import("./words.js").Contract} Contract */
/** @typedef {{title: string, content: string, expires_at: string | null}} Words */

const LONGEST = 60_000;

/** A new one. @type {PartScreen} */
export const formView = (place, here) => {
  const { bond, app } = here;
  here.entitle(_("A new contract"));
  render(
    place,
    contractForm(bond, null, _("Keep it as a draft"), async (words, sent) => {
      const made = await app.api.create(bond.api("/contracts"), words);
      tellPrompt(made);
      app.goOn(sent, bond.to("contracts", made.id), { replace: true });
    }),
  );
  return () => {};
};

/** What is typed of it and not kept yet. @param {Bond} bond @param {Contract | null} contract null: a new one */
export function typedOf(bond, contract) {
  return new Draft(bond, `contracts.${contract === null ? "new" : `${contract.id}.${contract.version}`}`);
}

/**
 * @param {Bond} bond
 * @param {Contract | null} contract
 * @param {string} word of the button
 * @param {(words: Words, sent: HTMLFormElement) => Promise<void>} act
 */
export function contractForm(bond, contract, word, act) {
  const draft = typedOf(bond, contract);
  const ends = contract?.expires_at ?? null;
  const values = { title: contract?.title ?? "", content: contract?.content ?? "", ends: ends === null ? "open" : "day", expires: ends === null ? "" : dayIn(ends) };
  const now = { ...values, ...Object.fromEntries(Object.entries(draft.typed ?? {}).map(([name, [typed = ""]]) => [name, typed])) };
  return form(
    { class: "box stack", testid: "contract-form", "data-key": "contract-form", ...draft.listeners },
    async (data, sent) => {
      const until = text(data, "expires");
      const ends = text(data, "ends") === "day";
      if (ends && until === "") throw new ApiError(422, "invalid", "", { expires: "" });
      const expires = ends ? instantOf(`${until}T23:59`) : null;
      await act({ title: text(data, "title"), content: String(data.get("content") ?? ""), expires_at: expires }, sent);
      draft.drop();
    },
    h("p", { class: "no-force", testid: "no-force" }, NO_FORCE),
    field(_("What it is called"), { name: "title", maxlength: 200, required: true, type: "text", value: now.title }),
    field(
      _("What you want to hold to"),
      { class: "long-text", name: "content", rows: 14, maxlength: LONGEST, required: true },
      _("An empty line begins a new paragraph. Nothing is signed yet: you can change every word."),
      "textarea",
      now.content,
    ),
    choice(
      "radio",
      "ends",
      _("How long does it hold?"),
      [
        { value: "open", label: _("Until one of you ends it") },
        { value: "day", label: _("Until a day") },
      ],
      [now.ends],
    ),
    h("div", { class: "last-day" }, field(_("Its last day"), { name: "expires", type: "date", value: now.expires })),
    problemPlace(),
    h("button", { class: "primary", testid: "keep-contract" }, word),
  );
}
