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
import { _ } from "../ui/tongue.js";
import { heading, leadTo } from "./heading.js";
import { kindWords, valueWords, whyWords } from "./words.js";

/** @typedef {import("./mirror.js").Conflict} Conflict */
/** @typedef {import("./mirror.js").Field} Field */
/** @typedef {import("./mirror.js").Mirror} Mirror */
/** @typedef {"prefer_ours" | "prefer_notion" | "merge"} Strategy */

/** Why it is not taken, as the server says it in a field. */
const CODE = /^Not here: (\w+)\.$/;
const STRATEGIES = ["prefer_ours", "prefer_notion"];

/** @param {Mirror} mirror */
export function conflictsBox(mirror) {
  if (mirror.conflicts.length === 0) return null;
  return h(
    "section",
    { class: "box", testid: "notion-conflicts" },
    heading(_("For you to decide")),
    h("p", { class: "quiet" }, _("Here and in Notion it says different things. Until you choose, both stay as they are.")),
    mirror.conflicts.map((each) => conflictForm(mirror, each)),
  );
}

/** @param {Mirror} mirror @param {Conflict} conflict */
function conflictForm(mirror, conflict) {
  const several = conflict.fields.length > 1;
  return form(
    { class: "notion-conflict", testid: "conflict", "data-key": conflict.id },
    (data, sent) => settle(mirror, conflict, data, sent),
    h("h3", null, kindWords(conflict.kind).label),
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

/** @param {Conflict} conflict @param {Field} field */
function fieldChoice({ kind }, { field, name, ours, theirs }) {
  return h(
    "fieldset",
    { class: "choice", "data-key": field, testid: `field-${field}` },
    h("legend", null, name),
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
    const { open } = await mirror.settle(conflict, strategy, strategy === "merge" ? Object.fromEntries(chosen) : {});
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

/** @param {HTMLFormElement} sent @param {string} why */
function say(sent, why) {
  const place = sent.querySelector(".problem");
  if (place !== null) place.textContent = why;
}

/** @param {unknown} error @returns {string} */
function whyNot(error) {
  if (!(error instanceof ApiError)) throw error;
  const code = Object.values(error.fields ?? {}).map((said) => CODE.exec(said)?.[1])[0];
  if (code !== undefined) return whyWords(code);
  return error.code === "invalid" ? whyWords("invalid") : explain(error);
}
