/**
 * What one says of oneself in a bond: nobody else writes it. The safety card comes first.
 * @module
 */

import { h } from "../ui/dom.js";
import { choice, field, form, problemPlace, text, texts, tick } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";
import { called } from "./bond.js";
import { ROLES } from "./words.js";

/** @typedef {import("./bond.js").Bond} Bond */
/** @typedef {import("./parts.js").Here} Here */

const LONGEST_WORD = 100;
const LONGEST_NEEDS = 4000;
const LONGEST_IDENTITY = 500;

/** @param {Here} here */
export function myselfPage(here) {
  return [safetyForm(here), partForm(here)];
}

/** Kept, said, and shown around. @param {Here} here @param {object} changes */
async function keep({ bond, changed }, changes) {
  await bond.app.api.patch(bond.api("/me"), changes);
  notify(_("Saved."));
  await changed();
}

/** @param {Here} here */
function safetyForm(here) {
  const { me } = here.bond;
  const { slow, stop, nonverbal } = me.safewords ?? {};
  const word = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string | null | undefined} */ value, /** @type {string} */ hint) =>
    field(label, { name, value: value ?? "", maxlength: LONGEST_WORD, autocomplete: "off" }, hint);
  const act = (/** @type {FormData} */ data) =>
    keep(here, {
      safewords: { slow: orNull(data, "word-slow"), stop: orNull(data, "word-stop"), nonverbal: orNull(data, "word-sign") },
      aftercare_needs: orNull(data, "aftercare"),
    });
  return form(
    { class: "box", testid: "my-safety", "data-key": "my-safety" },
    act,
    h("h2", null, _("My safety card")),
    h("p", { class: "quiet" }, _("Everybody in this bond sees it, always, and first of all where you plan something. “Stop” always means stop.")),
    word("word-slow", _("To slow down I say"), slow, _("such as “Yellow”")),
    word("word-stop", _("To stop I say"), stop, _("such as “Red”")),
    word("word-sign", _("Without words I"), nonverbal, _("such as “tap twice” or “let go of the ball”")),
    field(_("Afterwards I need"), { name: "aftercare", rows: 3, maxlength: LONGEST_NEEDS }, _("Warmth, quiet, water, words: whatever does you good."), "textarea", me.aftercare_needs ?? ""),
    problemPlace(),
    h("button", { class: "primary", testid: "save-safety" }, _("Save")),
  );
}

/** @param {FormData} data @param {string} name */
function orNull(data, name) {
  const said = text(data, name);
  return said === "" ? null : said;
}

/** @param {Here} here */
function partForm(here) {
  const { bond } = here;
  const { me } = bond;
  const act = async (/** @type {FormData} */ data) => {
    const identity = orNull(data, "kink_identity");
    if (identity !== me.kink_identity) await bond.app.api.patch("/api/me", { kink_identity: identity });
    await keep(here, {
      nickname: orNull(data, "nickname"),
      role_in_bond: text(data, "role_in_bond"),
      accepts_from: accepted(bond, data),
      read_receipts: data.has("read_receipts"),
      presence: data.has("presence"),
    });
  };
  return form(
    { class: "box", testid: "my-part", "data-key": "my-part" },
    act,
    h("h2", null, _("My part in it")),
    field(_("What I am called here"), { name: "nickname", value: me.nickname ?? "", maxlength: LONGEST_WORD, autocomplete: "off" }, _("Left empty it is your usual name.")),
    h("div", { class: "single" }, choice("radio", "role_in_bond", _("My role"), [...ROLES], [me.role_in_bond])),
    field(
      _("What I am, in my own words"),
      { name: "kink_identity", rows: 2, maxlength: LONGEST_IDENTITY },
      _("Such as “caring rope top” or “curious beginner”. The members of all your bonds read it."),
      "textarea",
      me.kink_identity ?? "",
    ),
    acceptance(bond),
    h("p", { class: "quiet" }, _("Whoever leads you may suggest tasks, rules and rewards for you. You may always decline.")),
    h("h3", null, _("What they see of you")),
    tick("read_receipts", _("Show when I have read a message"), { required: false, checked: me.read_receipts === true }),
    tick("presence", _("Show when I am here"), { required: false, checked: me.presence === true }),
    problemPlace(),
    h("button", { class: "primary", testid: "save-part" }, _("Save")),
  );
}

/** By whom one lets oneself be led. @param {Bond} bond */
function acceptance({ me, others, view }) {
  const now = me.accepts_from ?? null;
  const ways = [
    { value: "all", label: _("Whoever leads"), hint: _("by their role here") },
    { value: "none", label: _("Nobody just now") },
  ];
  if (view.bond_type === "dyad") return accepts(ways, now === null || now.length > 0 ? "all" : "none");
  const some = { value: "some", label: _("Only these") };
  const people = others.map((each) => ({ value: each.user_id, label: called(each) }));
  return [
    accepts([...ways, some], now === null ? "all" : now.length === 0 ? "none" : "some"),
    people.length === 0 ? null : choice("checkbox", "accepts_from", _("These"), people, now ?? []),
  ];
}

/** @param {import("../ui/forms.js").Option[]} ways @param {string} now */
function accepts(ways, now) {
  return h("div", { class: "single" }, choice("radio", "accepts", _("Who may lead me"), ways, [now]));
}

/** @param {Bond} bond @param {FormData} data @returns {string[] | null} */
function accepted({ others }, data) {
  const way = text(data, "accepts");
  if (way === "all") return null;
  return way === "none" ? [] : texts(data, "accepts_from").filter((id) => others.some((each) => each.user_id === id));
}
