/**
 * What one says to an activity: in one tap, for oneself. Never is a limit, so what it does is said before; so is what goes with one.
 * @module
 */

import { h } from "../ui/dom.js";
import { form, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { openSheet, told } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { acts } from "./safety.js";

/** @typedef {import("./parts.js").Here} Here */
/** @typedef {"yes" | "maybe" | "no" | "hard_no"} Rating */
/**
 * @typedef {object} Boundary
 * @property {string} id
 * @property {string} activity_name
 * @property {string} category
 * @property {string | null} created_by
 * @property {Rating | null} my_rating
 * @property {boolean} shown everybody may see it
 * @property {Rating | null} partner_rating
 * @property {boolean} is_mutual
 * @property {string[]} mutual_with
 * @property {{user_id: string, rating: Rating}[]} shown_by
 * @property {"draw" | "text"} feeds what a hard_no of it guards
 */

/** @type {readonly {value: Rating, label: string}[]} */
export const RATINGS = [
  { value: "yes", label: _("Yes") },
  { value: "maybe", label: _("Maybe") },
  { value: "no", label: _("No") },
  { value: "hard_no", label: _("Never") },
];

/** Of somebody else who shows it. @type {Readonly<Record<Rating, string>>} */
const SAYS = {
  yes: _("{name} shows: yes"),
  maybe: _("{name} shows: maybe"),
  no: _("{name} shows: no"),
  hard_no: _("{name} shows: never"),
};

/** @param {Here} here @param {Boundary} row @param {() => Promise<void>} reload */
export function ratingOf(here, row, reload) {
  const pressed = (/** @type {Rating} */ value) => {
    if (value === "hard_no") return (/** @type {Event} */ event) => never(here, row, reload, event);
    if (row.my_rating === "hard_no") return (/** @type {Event} */ event) => lower(here, row, value, reload, event);
    return acts(reload, () => rate(here, row, value, false));
  };
  return h(
    "div",
    { class: "ratings", role: "group", "aria-label": _("What you say to {name}", { name: row.activity_name }) },
    RATINGS.map(({ value, label }) =>
      h("button", { type: "button", testid: `rate-${value}`, "data-key": value, "aria-pressed": row.my_rating === value, onclick: pressed(value) }, label),
    ),
  );
}

/** Throws ApiError. @param {Here} here @param {Boundary} row @param {Rating} rating @param {boolean} shown @returns {Promise<Boundary>} */
function rate({ app, bond }, row, rating, shown) {
  return app.api.put(bond.api(`/boundaries/${encodeURIComponent(row.id)}/rating`), { rating, shown });
}

/** What others let everybody see, and what both say yes to. @param {Here} here @param {Boundary} row @returns {string[]} */
export function seenOf({ bond }, row) {
  const shown = row.shown_by.map(({ user_id: id, rating }) => SAYS[rating].replace("{name}", bond.nameOf(id)));
  return [...row.mutual_with.map((id) => _("You and {name} both say yes", { name: bond.nameOf(id) })), ...shown];
}

/** @param {Here} here @param {Boundary} row @param {() => Promise<void>} reload @param {Event} event */
function never(here, row, reload, { currentTarget }) {
  const about = { testid: "never-sheet", title: _("Never: {name}", { name: row.activity_name }), no: _("Not now") };
  openSheet(/** @type {Element} */ (currentTarget), about, (close) => {
    const act = async (/** @type {FormData} */ data) => {
      const now = await rate(here, row, "hard_no", data.get("shown") === "yes");
      close();
      notify(now.feeds === "draw" ? _("It holds, at once and everywhere.") : _("It holds here. Our cards know no such word, so it guards the texts of this bond."));
      await reload();
    };
    return [
      told(_("What it does"), [
        _("nothing in this bond that is meant for you may ask for it, from now on"),
        _("no card brings it, in any game of yours, also in one that is open now"),
        _("only you can take it out again: not your partner, and not by leaving or ending the bond"),
      ]),
      h("p", null, _("Shall the others see it? Else nobody but you knows.")),
      form(
        { class: "stack" },
        act,
        problemPlace(),
        h("button", { class: "primary", testid: "never-alone", name: "shown", value: "no" }, _("Never, and only I know")),
        h("button", { testid: "never-shown", name: "shown", value: "yes" }, _("Never, and they may see it")),
      ),
    ];
  });
}

/** @param {Here} here @param {Boundary} row @param {Rating} rating @param {() => Promise<void>} reload @param {Event} event */
function lower(here, row, rating, reload, { currentTarget }) {
  const about = { testid: "lower-sheet", title: _("Take your limit out?"), no: _("Keep my limit") };
  openSheet(/** @type {Element} */ (currentTarget), about, (close) => [
    told(_("What it does"), [_("{name} may come up again: in texts here, and in your games as your profile says", { name: row.activity_name })]),
    form(
      { class: "stack" },
      async () => {
        await rate(here, row, rating, false);
        close();
        await reload();
      },
      problemPlace(),
      h("button", { class: "grave", testid: "lower-yes" }, _("Take it out")),
    ),
  ]);
}
