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
    contractForm(null, _("Keep it as a draft"), async (words, sent) => {
      const made = await app.api.create(bond.api("/contracts"), words);
      tellPrompt(made);
      app.goOn(sent, bond.to("contracts", made.id), { replace: true });
    }),
  );
  return () => {};
};

/**
 * @param {Contract | null} contract
 * @param {string} word of the button
 * @param {(words: Words, sent: HTMLFormElement) => Promise<void>} act
 */
export function contractForm(contract, word, act) {
  const ends = contract?.expires_at ?? null;
  return form(
    { class: "box stack", testid: "contract-form", "data-key": "contract-form" },
    async (data, sent) => {
      const until = text(data, "expires");
      const ends = text(data, "ends") === "day";
      if (ends && until === "") throw new ApiError(422, "invalid", "", { expires: "" });
      const expires = ends ? instantOf(`${until}T23:59`) : null;
      await act({ title: text(data, "title"), content: String(data.get("content") ?? ""), expires_at: expires }, sent);
    },
    h("p", { class: "no-force", testid: "no-force" }, NO_FORCE),
    field(_("What it is called"), { name: "title", maxlength: 200, required: true, type: "text", value: contract?.title ?? "" }),
    field(
      _("What you want to hold to"),
      { class: "long-text", name: "content", rows: 14, maxlength: LONGEST, required: true },
      _("An empty line begins a new paragraph. Nothing is signed yet: you can change every word."),
      "textarea",
      contract?.content,
    ),
    choice(
      "radio",
      "ends",
      _("How long does it hold?"),
      [
        { value: "open", label: _("Until one of you ends it") },
        { value: "day", label: _("Until a day") },
      ],
      [ends === null ? "open" : "day"],
    ),
    h("div", { class: "last-day" }, field(_("Its last day"), { name: "expires", type: "date", value: ends === null ? "" : dayIn(ends) })),
    problemPlace(),
    h("button", { class: "primary", testid: "keep-contract" }, word),
  );
}
