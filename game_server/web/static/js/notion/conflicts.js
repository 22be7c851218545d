/**
 * What stands differently on both sides: each field beside each other, for its person to choose.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { explain, form, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { serverNow } from "../ui/servertime.js";
import { ago } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { fieldName } from "./fields.js";
import { heading, leadTo } from "./heading.js";
import { isWhy, kindWords, valueWords, whyWords } from "./words.js";

/** @typedef {import("./mirror.js").Conflict} Conflict */
/** @typedef {import("./mirror.js").Field} Field */
/** @typedef {import("./mirror.js").Mirror} Mirror */
/** @typedef {"prefer_ours" | "prefer_notion" | "merge"} Strategy */

/** Why it is not taken: a code at the end of what the server says in a field, in whichever language. */
const CODE = /: ([a-z_]+)\.$/;
const STRATEGIES = ["prefer_ours", "prefer_notion"];

/** @param {Mirror} mirror */
export function conflictsBox(mirror) {
  if (mirror.conflicts.length === 0) return null;
  const more = mirror.undecided - mirror.conflicts.length;
  return h(
    "section",
    { class: "box", testid: "notion-conflicts" },
    heading(_("For you to decide")),
    h("p", { class: "quiet" }, _("Here and in Notion it says different things. Until you choose, both stay as they are.")),
    mirror.conflicts.map((each) => conflictForm(mirror, each)),
    more > 0 ? h("p", { class: "quiet", testid: "more-conflicts" }, ngettext("{n} more comes after these.", "{n} more come after these.", more)) : null,
  );
}

/** @param {Mirror} mirror @param {Conflict} conflict */
function conflictForm(mirror, conflict) {
  const several = conflict.fields.length > 1;
  return form(
    { class: "notion-conflict", testid: "conflict", "data-key": conflict.id },
    (data, sent) => settle(mirror, conflict, data, sent),
    h("h3", null, calledIn(conflict)),
    h("p", null, whyWords(conflict.reason), " ", h("span", { class: "quiet" }, ago(conflict.created_at, serverNow()))),
    conflict.fields.map((each) => fieldChoice(conflict, each)),
    problemPlace(),
    h("button", { class: "primary", name: "strategy", value: "merge", testid: "settle" }, several ? _("Settle what I chose") : _("Settle it")),
    several
      ? h(
          "div",
          { class: "row" },
          h("button", { name: "strategy", value: "prefer_ours", testid: "all-ours" }, _("All as it is here")),
          h("button", { name: "strategy", value: "prefer_notion", testid: "all-theirs" }, _("All as it is in Notion")),
        )
      : null,
  );
}

/** Which one it is about. @param {Conflict} conflict */
function calledIn({ kind, title }) {
  const { label } = kindWords(kind);
  return title === null ? label : _("{kind}: {title}", { kind: label, title });
}

/** @param {Conflict} conflict @param {Field} field */
function fieldChoice({ kind }, { field, name, ours, theirs }) {
  return h(
    "fieldset",
    { class: "choice", "data-key": field, testid: `field-${field}` },
    h("legend", null, fieldName(name)),
    h("div", { class: "options sides" }, side(field, "ours", _("As it is here"), valueWords(kind, field, ours)), side(field, "notion", _("As it is in Notion"), valueWords(kind, field, theirs))),
  );
}

/** @param {string} field @param {"ours" | "notion"} value @param {string} label @param {string} says */
function side(field, value, label, says) {
  return h(
    "label",
    { class: "option", "data-key": value },
    h("input", { type: "radio", name: field, value, testid: `side-${value}` }),
    h("span", null, h("small", null, label), h("span", { class: "said" }, says)),
  );
}

/** @param {Mirror} mirror @param {Conflict} conflict @param {FormData} data @param {HTMLFormElement} sent */
async function settle(mirror, conflict, data, sent) {
  const pressed = String(data.get("strategy") ?? "merge");
  const strategy = /** @type {Strategy} */ (STRATEGIES.includes(pressed) ? pressed : "merge");
  const chosen = conflict.fields.map(({ field }) => [field, data.get(field)]).filter(([, value]) => value === "ours" || value === "notion");
  if (strategy === "merge" && chosen.length === 0) return say(sent, _("Please choose a side first."));
  try {
    const { open } = await settled(mirror, conflict, strategy, strategy === "merge" ? Object.fromEntries(chosen) : {});
    if (!sent.isConnected) leadTo(mirror.conflicts.length === 0 ? "notion-connected" : "notion-conflicts");
    notify(open.length === 0 ? _("Settled. The other side follows soon.") : _("Settled. The rest waits for you."));
  } catch (error) {
    const why = whyNot(error);
    const gone = error instanceof ApiError && (error.code === "changed" || error.code === "not_found");
    if (gone) await mirror.again();
    if (sent.isConnected) say(sent, why);
    else notify(why);
  }
}

/**
 * What was only looked at since, and says the same, is settled as it was chosen. Throws ApiError.
 * @param {Mirror} mirror @param {Conflict} conflict @param {Strategy} strategy @param {Record<string, "ours" | "notion">} fields
 */
async function settled(mirror, conflict, strategy, fields) {
  try {
    return await mirror.settle(conflict, strategy, fields);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "changed")) throw error;
    await mirror.again();
    const now = mirror.conflicts.find(({ id }) => id === conflict.id);
    if (now === undefined || now.version === conflict.version || JSON.stringify(now.fields) !== JSON.stringify(conflict.fields)) throw error;
    return mirror.settle(now, strategy, fields);
  }
}

/** @param {HTMLFormElement} sent @param {string} why */
function say(sent, why) {
  const place = sent.querySelector(".problem");
  if (place !== null) place.textContent = why;
}

/** @param {unknown} error @returns {string} */
function whyNot(error) {
  if (!(error instanceof ApiError)) throw error;
  const code = Object.values(error.fields ?? {}).map((said) => CODE.exec(said)?.[1])[0];
  if (code !== undefined && isWhy(code)) return whyWords(code);
  return error.code === "invalid" ? whyWords("invalid") : explain(error);
}
