/**
 * The databases in somebody's workspace: made below a page of theirs or found again, and whether they have all they need.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { explain, field, form, presses, problemPlace, text } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { listed } from "../ui/time.js";
import { _ } from "../ui/tongue.js";
import { leadTo } from "./heading.js";
import { kindWords } from "./words.js";

/** @typedef {import("./mirror.js").Mirror} Mirror */

const ID = /[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

const NOT_SHARED = _("Notion does not let us see this page. Open it there and add the integration to it: at the three dots, under “Connections”. Then press once more.");

/**
 * The id of a page from its address, as browsers and "Copy link" give it. One that is open beside a list stands in `p`.
 * @param {string} address @returns {string | null}
 */
export function pageOf(address) {
  const [path = "", asked = ""] = address.trim().split(/[?#]/);
  const beside = new URLSearchParams(asked).get("p")?.match(ID);
  const found = beside?.at(-1) ?? path.match(ID)?.at(-1);
  if (found === undefined) return null;
  return found.toLowerCase().replaceAll("-", "").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** @param {Mirror} mirror */
export function placeBox(mirror) {
  return h(
    "section",
    { class: "box", testid: "notion-place" },
    h("h2", null, _("Where it is to stand")),
    h("p", null, _("Copy the address of a page in Notion that we may see. Below it we make a database for each kind, all of them empty. Those that are there already are found, wherever you moved them.")),
    placeForm(mirror, _("Make the databases")),
  );
}

/** @param {Mirror} mirror @param {string} word */
function placeForm(mirror, word) {
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    const page = pageOf(text(data, "page_address"));
    if (page === null) throw new ApiError(400, "invalid", "", { page_address: "" });
    const says = sent.querySelector("[data-testid='notion-placing']");
    if (says !== null) says.textContent = _("Notion is asked, one database after the other. You may leave: what is made stays.");
    try {
      await mirror.place(page);
    } catch (error) {
      throw error instanceof ApiError && error.code === "notion_refused" ? new ApiError(422, "not_permitted", NOT_SHARED) : error;
    } finally {
      if (says !== null) says.textContent = "";
    }
    leadTo("notion-connected");
    notify(_("Your databases are there. Nothing goes out yet that you did not switch on."));
  };
  return form(
    { class: "stack", testid: "notion-place-form" },
    act,
    field(
      _("Address of the page"),
      { name: "page_address", type: "text", inputmode: "url", required: true, maxlength: 2000, autocomplete: "off", spellcheck: "false" },
      _("This takes half a minute or so, at Notion’s pace. Doing it again makes nothing twice."),
    ),
    problemPlace(),
    h("p", { class: "quiet", role: "status", testid: "notion-placing", "data-live": true }),
    h("button", { class: "primary", testid: "notion-place-go" }, word),
  );
}

/** @param {Mirror} mirror */
export function templateBox(mirror) {
  const look = presses(() => mirror.verify().catch((error) => notify(explain(error))));
  return h(
    "details",
    { class: "box", testid: "notion-template" },
    h("summary", { testid: "see-databases" }, _("Your databases")),
    h("p", null, _("You may call them otherwise, move them, and add properties of your own. What we need has to be there, of its type.")),
    h("button", { type: "button", testid: "notion-verify", onclick: look }, _("Look whether all is there")),
    h("p", { role: "status", testid: "notion-whole" }, wholeWords(mirror)),
    h("div", { class: "stack", testid: "notion-lacking" }, lackingLines(mirror)),
  );
}

/** @param {Mirror} mirror */
function lackingOnes({ lacking }) {
  return Object.entries(lacking ?? {}).filter(([, names]) => names.length > 0);
}

/** @param {Mirror} mirror */
function wholeWords(mirror) {
  if (mirror.lacking === null) return null;
  return lackingOnes(mirror).length === 0 ? _("All is there.") : _("Something is missing. With the page’s address we add it, and make databases that are gone.");
}

/** @param {Mirror} mirror */
function lackingLines(mirror) {
  const lacking = lackingOnes(mirror);
  if (lacking.length === 0) return null;
  return [
    h(
      "ul",
      { class: "promises" },
      lacking.map(([kind, names]) => h("li", { "data-key": kind }, lackingOf(mirror, kind, names))),
    ),
    placeForm(mirror, _("Add what is missing")),
    h("p", { class: "quiet" }, _("Still missing then? In Notion there is a property of that name with another type. Rename it there, and add ours once more.")),
  ];
}

/** @param {Mirror} mirror @param {string} kind @param {string[]} names */
function lackingOf(mirror, kind, names) {
  const { label } = kindWords(kind);
  const known = mirror.status.kinds[kind] ?? mirror.status.community;
  if (known.database_id === null) return _("{kind}: there is no database yet.", { kind: label });
  return _("{kind}: {names}", { kind: label, names: listed(names) });
}
