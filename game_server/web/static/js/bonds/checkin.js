/**
 * How one is today, in two taps: a colour with its words, and “Say it”. What red does is said before.
 * @module
 */

import { h } from "../ui/dom.js";
import { choice, field, form, problemPlace, text } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { notify } from "../ui/notices.js";
import { promises } from "../ui/promises.js";
import { dayOf } from "../ui/time.js";
import { _ } from "../ui/tongue.js";
import { gentle, tellPrompt } from "./commands.js";

/** @typedef {import("./parts.js").Here} Here */
/** @typedef {import("./parts.js").PartScreen} PartScreen */
/** @typedef {"green" | "yellow" | "red"} Colour */
/** @typedef {{id: string, user_id: string, status: Colour, notes: string | null, local_date: string, updated_at: string, prompt?: string}} CheckIn */

const LONGEST_NOTE = 4000;
const SHOWN = 20;

/** @type {readonly {value: Colour, label: string, hint: string}[]} */
export const COLOURS = [
  { value: "green", label: _("Green"), hint: _("I am well") },
  { value: "yellow", label: _("Yellow"), hint: _("Not quite: gently today") },
  { value: "red", label: _("Red"), hint: _("I need it to stop for now") },
];

/** @param {Colour} colour */
export function colourWord(colour) {
  return COLOURS.find(({ value }) => value === colour)?.label ?? colour;
}

/** The day as this phone counts it. @param {Date} [now] @returns {string} such as 2026-11-30 */
export function today(now = new Date()) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** @type {PartScreen} */
export const checkInPart = (place, here) =>
  loading(
    place,
    () => null,
    async (draw) => {
      /** @type {Colour | null} chosen, and not said yet */
      let chosen = null;
      let rows = await read(here);
      const show = () => draw(page(here, rows, chosen, choose, spoken));
      const choose = (/** @type {Colour} */ colour) => {
        chosen = colour;
        show();
      };
      /** What others say meanwhile leaves what is chosen here. */
      const reload = async () => {
        rows = await read(here);
        show();
      };
      const spoken = async () => {
        chosen = null;
        await reload();
      };
      here.heard(({ table }) => (table === "check_ins" || table === null ? void reload().catch(gentle) : undefined));
      return page(here, rows, chosen, choose, spoken);
    },
    { again: true },
  );

/** @param {Here} here @returns {Promise<CheckIn[]>} newest first */
async function read({ app, bond }) {
  return (await app.api.get(bond.api(`/check-ins?limit=${SHOWN}`))).items;
}

/** @param {Here} here @param {CheckIn[]} rows @param {Colour | null} chosen @param {(colour: Colour) => void} choose @param {() => Promise<void>} spoken */
function page(here, rows, chosen, choose, spoken) {
  const said = rows.find((row) => row.user_id === here.bond.me.user_id && row.local_date === today());
  return [here.bond.over ? null : sayForm(here, said ?? null, chosen, choose, spoken), before(here, rows)];
}

/** @param {Here} here @param {CheckIn | null} said today @param {Colour | null} chosen @param {(colour: Colour) => void} choose @param {() => Promise<void>} spoken */
function sayForm(here, said, chosen, choose, spoken) {
  const colour = chosen ?? said?.status ?? null;
  const touched = (/** @type {Event} */ { target }) => choose(/** @type {Colour} */ (/** @type {HTMLInputElement} */ (target).value));
  const act = async (/** @type {FormData} */ data) => {
    const { app, bond, changed } = here;
    const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions();
    const note = text(data, "notes");
    const answer = await app.api.create(bond.api("/check-ins"), { status: text(data, "status"), timezone, notes: note === "" ? null : note });
    notify(_("Said. You may change it as long as it is today."));
    tellPrompt(answer);
    await changed();
    await spoken();
  };
  return form(
    { class: "box", testid: "check-in" },
    act,
    h("div", { class: "single" }, choice("radio", "status", said === null ? _("How are you today?") : _("How you are today"), [...COLOURS], colour === null ? [] : [colour], touched, true)),
    colour === "red" && said?.status !== "red" ? redWords() : null,
    field(_("A few words, if you like"), { name: "notes", rows: 2, maxlength: LONGEST_NOTE }, _("Everybody in this bond sees them."), "textarea", said?.notes ?? ""),
    problemPlace(),
    h("button", { class: "primary", testid: "say-check-in" }, said === null ? _("Say it") : _("Change it")),
  );
}

function redWords() {
  return h(
    "div",
    { class: "red-words", testid: "red-words" },
    h("p", null, _("What red does:")),
    promises([
      _("you are pausing, in all your bonds: nothing new is asked of you, nothing runs late"),
      _("the others here are told, discreetly, that you said red"),
      _("it stays so until you say yourself that you are back"),
    ]),
  );
}

/** @param {Here} here @param {CheckIn[]} rows */
function before({ bond }, rows) {
  if (rows.length === 0) return h("p", { class: "quiet", testid: "no-check-ins" }, _("Nobody has said anything yet. A word a day is enough."));
  return h(
    "section",
    { class: "box", testid: "check-ins" },
    h("h2", null, _("The last days")),
    h(
      "ul",
      { class: "rows" },
      rows.map((row) =>
        h(
          "li",
          { class: "said-day", "data-key": row.id },
          h("p", null, colourSign(row.status), " ", _("{name}: {colour}", { name: bond.nameOf(row.user_id), colour: colourWord(row.status) })),
          h("p", { class: "quiet" }, dayOf(`${row.local_date}T12:00:00`, Date.now())),
          row.notes === null ? null : h("p", { class: "said" }, row.notes),
        ),
      ),
    ),
  );
}

/** Never without its word. @param {Colour} colour */
export function colourSign(colour) {
  return h("i", { class: "colour", "data-colour": colour, "aria-hidden": true });
}
