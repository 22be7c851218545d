/**
 * Name and bodies: what has to be known before a game can be played. Everything else is offered, nothing is asked for.
 * @module
 */

import { parse } from "../router.js";
import { h, render } from "../ui/dom.js";
import { choice, field, form, presses, problemPlace, text, texts, tick } from "../ui/forms.js";
import { _ } from "../ui/tongue.js";
import { privacy } from "./privacy.js";

/** @typedef {import("../app.js").Screen} Screen */

/** @typedef {{anatomy_self: readonly string[], anatomy_preference: readonly string[]}} Anatomy */

export const ANATOMY = [
  { value: "penis", label: _("Penis") },
  { value: "vagina", label: _("Vagina") },
  { value: "breasts", label: _("Breasts") },
];
export const OPTIONAL = /** @type {const} */ ([
  ["gender", _("Gender")],
  ["sexual_orientation", _("Sexual orientation")],
  ["relationship_structure", _("Relationship structure")],
]);
/** @type {Anatomy} */
const NOTHING = { anatomy_self: [], anatomy_preference: [] };

/** @type {Screen} */
export const demographicsScreen = (root, app) => {
  const identity = app.identities.current();
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    const name = text(data, "name");
    const owner = app.identities.owner();
    await app.api.post("/api/me/demographics", { ...toldAs(data), adult: true });
    if (owner !== app.identities.owner()) return; // they left meanwhile
    app.identities.describe(name, true);
    if (data.has("survey")) app.goOn(sent, "/survey");
    else app.show();
  };
  const invited = parse(location).name === "join";
  render(
    root,
    h("h1", null, _("A little about you")),
    h(
      "p",
      null,
      _("So that cards call you by your name and fit your bodies. Whoever you play with sees your name, nothing else."),
    ),
    form(
      { class: "card-like" },
      act,
      nameField(identity?.name ?? ""),
      anatomyChoices(""),
      optionalFields({}),
      identity?.kind === "user" && identity.adult !== true
        ? tick("adult", _("I am an adult (18 or older, and of full age where I live)."))
        : null,
      problemPlace(),
      h("button", { class: "primary", testid: "save-demographics" }, _("Go on")),
      invited
        ? null
        : h(
            "button",
            { name: "survey", value: "yes", testid: "survey-after" },
            _("Go on with what I enjoy"),
            h("small", null, _("10 questions, if you like")),
          ),
      h(
        "button",
        { class: "plain", type: "button", testid: "sign-out", onclick: presses(() => app.signOut()) },
        _("Not now"),
      ),
    ),
    privacy(),
  );
  return () => {};
};

/** @param {string} value */
export function nameField(value) {
  return field(_("Name"), { name: "name", value, required: true, maxlength: 64, autocomplete: "nickname" });
}

/**
 * @param {string} whose "" for oneself, else the name in "Anatomy … has"
 * @param {Anatomy} [chosen] as it is known
 */
export function anatomyChoices(whose, { anatomy_self: has, anatomy_preference: likes } = NOTHING) {
  const mine = whose === "";
  const [hasWords, likesWords] = mine
    ? [_("Anatomy I have"), _("Anatomy I like")]
    : [_("Anatomy {name} has", { name: whose }), _("Anatomy {name} likes", { name: whose })];
  return [
    choice("checkbox", "anatomy_self", hasWords, ANATOMY, [...has], null, true),
    choice("checkbox", "anatomy_preference", likesWords, ANATOMY, [...likes], null, mine),
  ];
}

/** @param {Readonly<Record<string, string | null>>} known */
export function optionalFields(known) {
  return h(
    "details",
    { open: OPTIONAL.some(([name]) => known[name]) },
    h("summary", null, _("More, if you like")),
    h("p", { class: "quiet" }, _("Partners whom you connect your account with see these too.")),
    OPTIONAL.map(([name, label]) => field(label, { name, maxlength: 60, value: known[name] ?? null })),
  );
}

/** What a form with these fields says, as the server takes it. @param {FormData} data @returns {object} */
export function toldAs(data) {
  const said = OPTIONAL.map(([name]) => [name, text(data, name)]).filter(([, value]) => value);
  return {
    name: text(data, "name"),
    anatomy_self: texts(data, "anatomy_self"),
    anatomy_preference: texts(data, "anatomy_preference"),
    ...Object.fromEntries(said),
  };
}
