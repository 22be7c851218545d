/**
 * Asking for signatures, signing, declining and ending: each says before what it does, and ending is one press.
 * @module
 */

import { h } from "../../ui/dom.js";
import { field, form, problemPlace, text } from "../../ui/forms.js";
import { icon } from "../../ui/icon.js";
import { openSheet } from "../../ui/sheet.js";
import { moment } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";
import { commands, tellPrompt } from "../commands.js";
import { NO_FORCE } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./words.js").Contract} Contract */
/** @typedef {import("./words.js").Signature} Signature */
/**
 * @typedef {object} Desk what a contract's acts need
 * @property {Bond} bond
 * @property {Contract} contract
 * @property {Signature[]} signatures
 * @property {() => Promise<unknown>} reload
 * @property {() => void} edit
 */

/** @type {Readonly<Record<Signature["status"], string>>} */
const SIGNS = { pending: "clock", signed: "check", declined: "talk" };
/** @type {Readonly<Record<Signature["status"], (signature: Signature) => string>>} */
const SAID = {
  pending: () => _("not yet"),
  signed: ({ signed_at: at }) => moment(at ?? ""),
  declined: () => _("would like it otherwise"),
};

/** @param {Desk} desk @param {string} command @param {object} [body] */
function says({ bond, contract }, command, body = {}) {
  return bond.app.api.create(bond.api(`/contracts/${encodeURIComponent(contract.id)}/${command}`), body);
}

/** @param {Desk} desk */
export function signaturesBox({ bond, contract, signatures }) {
  if (signatures.length === 0) return null;
  return h(
    "section",
    { class: "box", testid: "signatures", "data-key": "signatures" },
    h("h2", null, contract.status === "draft" ? _("What was said to it") : contract.status === "pending_signature" ? _("Signatures so far") : _("Signed by")),
    h(
      "ul",
      { class: "signatures" },
      signatures.map((each, place) =>
        h(
          "li",
          { "data-key": each.user_id ?? `gone-${place}`, testid: "signature" },
          icon(SIGNS[each.status]),
          h(
            "span",
            null,
            h("span", { class: "signed-name" }, each.user_id === bond.me.user_id ? _("You") : bond.nameOf(each.user_id)),
            h("small", null, SAID[each.status](each)),
            each.reason ? h("small", { class: "written" }, each.reason) : null,
          ),
        ),
      ),
    ),
  );
}

/** What one may do with it now. @param {Desk} desk */
export function acts(desk) {
  const { contract, signatures, bond } = desk;
  if (bond.over) return null;
  const mine = contract.created_by === bond.me.user_id;
  const signature = signatures.find(({ user_id: by }) => by === bond.me.user_id);
  switch (contract.status) {
    case "draft":
      return mine ? draftActs(desk) : h("p", { class: "quiet" }, _("{name} is still writing it.", { name: bond.nameOf(contract.created_by) }));
    case "pending_signature":
      return signature === undefined ? null : [signature.status === "pending" ? signBox(desk) : null, backBox(desk)];
    case "active":
      return signature === undefined ? null : endBox(desk);
    default:
      return null;
  }
}

/** @param {Desk} desk */
function draftActs(desk) {
  const ask = (/** @type {Event} */ event) =>
    openSheet(/** @type {Element} */ (event.currentTarget), { testid: "ask-signatures", title: _("Ask for signatures?"), no: _("Not yet") }, (close) => [
      h("p", null, _("From then on nobody can change a word, you neither: everybody signs the same text. It is in force when all of you have signed.")),
      h("p", { class: "quiet" }, _("Each of you may decline, and then it is a draft again.")),
      h("button", { type: "button", class: "primary", testid: "request-signatures", onclick: closing(desk, close, () => says(desk, "request-signatures", { version: desk.contract.version })) }, _("Ask for signatures")),
    ]);
  const remove = (/** @type {Event} */ event) =>
    openSheet(/** @type {Element} */ (event.currentTarget), { testid: "delete-draft", title: _("Delete this draft?"), no: _("Keep it") }, () => [
      h("p", null, _("Its words are gone for all of you.")),
      h("button", { type: "button", class: "grave", testid: "delete-draft-yes", onclick: gone(desk) }, _("Delete it")),
    ]);
  return h(
    "section",
    { class: "stack", "data-key": "draft-acts" },
    h("button", { type: "button", class: "primary", testid: "ask-signatures", onclick: ask }, _("Ask for signatures")),
    h("button", { type: "button", testid: "edit-contract", onclick: desk.edit }, _("Change the words")),
    h("button", { type: "button", class: "plain signed", testid: "delete-draft", onclick: remove }, icon("trash"), h("span", null, _("Delete this draft"))),
  );
}

/** The sheet closes with what was done. @param {Desk} desk @param {() => void} close @param {() => Promise<unknown>} act */
function closing({ reload }, close, act) {
  return commands(async () => {
    close();
    await reload();
  }, act);
}

/** @param {Desk} desk */
function gone({ bond, contract }) {
  return commands(async () => bond.app.navigate(bond.to("contracts"), { replace: true }), () =>
    bond.app.api.delete(bond.api(`/contracts/${encodeURIComponent(contract.id)}`)),
  );
}

/** @param {Desk} desk */
function signBox(desk) {
  const { bond, signatures } = desk;
  const there = signatures.filter(({ status }) => status === "signed").map(({ user_id: by }) => bond.nameOf(by));
  const sign = (/** @type {Event} */ event) =>
    openSheet(/** @type {Element} */ (event.currentTarget), { testid: "signing", title: _("Sign it?"), no: _("Not now") }, (close) => [
      h("p", null, _("With your name you say: I have read this, I want it, and I say so freely. It binds your word and nothing else.")),
      h("p", { class: "no-force" }, NO_FORCE),
      h(
        "p",
        { class: "quiet" },
        there.length === 0 ? _("Nobody has signed yet.") : _("Signed so far: {names}.", { names: there.join(", ") }),
      ),
      h("button", { type: "button", class: "primary", testid: "sign-yes", onclick: closing(desk, close, () => says(desk, "sign", { content_sha256: desk.contract.content_sha256 })) }, _("I sign it")),
    ]);
  return h(
    "section",
    { class: "box", testid: "to-be-signed", "data-key": "sign" },
    h("h2", null, _("What do you say?")),
    h("p", { class: "quiet" }, _("Read it in your own time. Both answers are good ones.")),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", testid: "sign", onclick: sign }, _("Sign it")),
      h("button", { type: "button", testid: "decline", onclick: (/** @type {Event} */ event) => declineSheet(desk, /** @type {Element} */ (event.currentTarget)) }, _("Decline")),
    ),
  );
}

/** @param {Desk} desk @param {Element} near */
function declineSheet(desk, near) {
  openSheet(near, { testid: "declining", title: _("Decline it?"), no: _("Back") }, (close) => [
    h("p", null, _("It becomes a draft again, and signatures that are there are void. You need no reason.")),
    form(
      { class: "stack" },
      async (data) => {
        const reason = text(data, "reason");
        tellPrompt(await says(desk, "decline", reason === "" ? {} : { reason }));
        close();
        await desk.reload();
      },
      field(_("A word about it, if you like"), { name: "reason", rows: 3, maxlength: 4000 }, _("Everybody who was to sign can read it."), "textarea"),
      problemPlace(),
      h("button", { testid: "decline-yes" }, _("Decline")),
    ),
  ]);
}

/** Back to a draft, before it is in force. @param {Desk} desk */
function backBox(desk) {
  return h(
    "section",
    { class: "stack ending", "data-key": "back" },
    h("p", { class: "quiet", id: "back-says" }, _("Taken back, it is a draft again, and signatures that are there are void.")),
    h("button", { type: "button", testid: "take-back", "aria-describedby": "back-says", onclick: commands(desk.reload, () => says(desk, "withdraw")) }, _("Take it back")),
  );
}

/** At once, alone: what it does is said above it, so it asks nothing. @param {Desk} desk */
function endBox(desk) {
  const end = commands(desk.reload, () => says(desk, "withdraw"), _("It is ended. That was right, whatever moved you."));
  return h(
    "section",
    { class: "box ending", testid: "ending", "data-key": "ending" },
    h("h2", null, _("Ending it")),
    h("p", { class: "quiet", id: "end-says" }, _("One press, and it holds no more, for all of you. Nobody is asked, nobody is blamed, and its words stay to be read.")),
    h("button", { type: "button", class: "grave", testid: "end-contract", "aria-describedby": "end-says", onclick: end }, _("End it now")),
  );
}
