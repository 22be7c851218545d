/**
 * "Change": this evening's settings on a sheet. What is touched counts at once; only a number of cards that cannot be played keeps the
 * sheet open.
 * @module
 */

import { LEVEL_ORDER, LEVELS } from "../room/words.js";
import { h } from "../ui/dom.js";
import { field, form, problemPlace, text } from "../ui/forms.js";
import { segments } from "../ui/segments.js";
import { sheet } from "../ui/sheet.js";
import { _, ngettext } from "../ui/tongue.js";
import { FEWEST, isPlayable, MOST } from "./evening.js";
import { languageOptions } from "./languages.js";

/** @typedef {import("./evening.js").Evening} Evening */
/** @typedef {import("./home.js").Home} Home */
/** @typedef {{value: string, label: string}} Option */

const FORM = "evening-form";
const COUNTS = [10, 25, MOST];

/** @param {Home} home @param {{known: boolean, onePhone?: boolean}} who */
export function eveningSheet(home, { known, onePhone = false }) {
  const { evening } = home;
  const save = async (/** @type {FormData} */ data) => home.change({ evening: eveningOf(evening, data), sheet: home.under });
  return sheet(
    { testid: "evening-sheet", title: _("This evening"), close: () => home.change({ sheet: home.under }), form: FORM },
    form(
      { id: FORM, class: "stack", testid: "new-game", onchange: (/** @type {Event} */ event) => touched(home, event) },
      save,
      set("intimacy_level", _("How far?"), LEVEL_ORDER.map((value) => ({ value, label: LEVELS[value].name })), evening.intimacy_level),
      h("p", { class: "quiet" }, levelHint(evening)),
      set("count", _("How long?"), counts(), String(evening.target_activities)),
      evening.activity_type === "random" ? set("type_choice", _("Truth or dare?"), deciders(), evening.type_choice) : null,
      set("turn_order", _("Whose turn?"), orders(), evening.turn_order),
      home.languages.length > 1 ? set("language", _("In which language?"), languageOptions(home.languages), evening.language) : null,
      h(
        "details",
        { testid: "more-settings" },
        h("summary", null, _("More")),
        h("div", { class: "stack" }, set("activity_type", _("Which cards?"), kinds(), evening.activity_type)),
        onePhone ? null : h("div", { class: "stack" }, set("place", _("Where are the two of you?"), places(), evening.apart ? "apart" : "together")),
        field(
          _("How many cards, exactly?"),
          {
            name: "target_activities", type: "number", min: FEWEST, max: MOST, value: evening.target_activities,
            inputmode: "numeric", required: true,
          },
          _("{from} to {to}", { from: FEWEST, to: MOST }),
        ),
        known ? favourites(evening) : null,
      ),
      problemPlace(),
    ),
  );
}

/** @param {Evening} evening */
function levelHint({ intimacy_level: level }) {
  if (level === "G") return _("Talk, closeness, laughter. Going up later takes both of you.");
  if (level === "X") return _("As far as both of you like. You can go down at any moment, alone.");
  return _("Flirting and touch. You can go down at any moment, alone.");
}

function counts() {
  return COUNTS.map((n) => ({ value: String(n), label: ngettext("{n} card", "{n} cards", n) }));
}

/** @returns {Option[]} */
function deciders() {
  return [{ value: "player", label: _("We choose") }, { value: "spin", label: _("Surprise us") }];
}

/** @returns {Option[]} */
function orders() {
  return [{ value: "alternate", label: _("In turns") }, { value: "spin", label: _("By chance") }];
}

/** @returns {Option[]} */
function kinds() {
  return [
    { value: "random", label: _("Both") },
    { value: "truth", label: _("Truth only") },
    { value: "dare", label: _("Dare only") },
  ];
}

/** @returns {Option[]} */
function places() {
  return [{ value: "together", label: _("In one place") }, { value: "apart", label: _("Far apart") }];
}

/** @param {Evening} evening */
function favourites({ favourites: checked }) {
  return h(
    "label",
    { class: "tick" },
    h("input", { type: "checkbox", name: "favourites", testid: "favourites", checked }),
    h("span", null, _("Begin with what we both liked.")),
  );
}

/** @param {string} name @param {string} legend @param {Option[]} options @param {string} chosen */
function set(name, legend, options, chosen) {
  return segments({ class: "set", name, legend }, options, chosen);
}

/** A number of one's own unticks the usual ones, and the other way round. @param {Home} home @param {Event} event */
function touched(home, { target, currentTarget }) {
  if (!(target instanceof HTMLInputElement && currentTarget instanceof HTMLFormElement)) return;
  const number = currentTarget.elements.namedItem("target_activities");
  if (target.name === "count" && number instanceof HTMLInputElement) number.value = target.value;
  home.change({ evening: eveningOf(home.evening, new FormData(currentTarget)) });
}

/** What the sheet says now; what it does not ask stays. @param {Evening} before @param {FormData} data @returns {Evening} */
function eveningOf(before, data) {
  const said = (/** @type {string} */ name, /** @type {string} */ otherwise) => text(data, name) || otherwise;
  const count = Number(text(data, "target_activities"));
  return /** @type {Evening} */ ({
    intimacy_level: said("intimacy_level", before.intimacy_level),
    activity_type: said("activity_type", before.activity_type),
    type_choice: said("type_choice", before.type_choice),
    turn_order: said("turn_order", before.turn_order),
    target_activities: isPlayable(count) ? count : before.target_activities,
    apart: said("place", before.apart ? "apart" : "together") === "apart",
    favourites: data.has("favourites"),
    language: said("language", before.language),
  });
}
