/**
 * Name and bodies: what has to be known before a game can be played. Everything else is offered, nothing is asked for.
 * @module
 */

import { parse } from "../router.js";
import { h, render } from "../ui/dom.js";
import { choice, field, form, presses, problemPlace, text, texts, tick } from "../ui/forms.js";
import { privacy } from "./privacy.js";

/** @typedef {import("../app.js").Screen} Screen */

export const ANATOMY = [
  { value: "penis", label: "Penis" },
  { value: "vagina", label: "Vagina" },
  { value: "breasts", label: "Breasts" },
];
const OPTIONAL = /** @type {const} */ ([
  ["gender", "Gender"],
  ["sexual_orientation", "Sexual orientation"],
  ["relationship_structure", "Relationship structure"],
]);

/** @type {Screen} */
export const demographicsScreen = (root, app) => {
  const identity = app.identities.current();
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    const name = text(data, "name");
    const owner = app.identities.owner();
    await app.api.post("/api/me/demographics", demographics(data));
    if (owner !== app.identities.owner()) return; // they left meanwhile
    app.identities.describe(name, true);
    if (data.has("survey")) app.goOn(sent, "/survey");
    else app.show();
  };
  const invited = parse(location).name === "join";
  render(
    root,
    h("h1", null, "A little about you"),
    h(
      "p",
      null,
      "So that cards call you by your name and fit your bodies. Whoever you play with sees your name, nothing else.",
    ),
    form(
      { class: "card-like" },
      act,
      nameField(identity?.name ?? ""),
      anatomyChoices(""),
      optionalFields(),
      identity?.kind === "user" && identity.adult !== true
        ? tick("adult", "I am an adult (18 or older, and of full age where I live).")
        : null,
      problemPlace(),
      h("button", { class: "primary", testid: "save-demographics" }, "Go on"),
      invited
        ? null
        : h(
            "button",
            { name: "survey", value: "yes", testid: "survey-after" },
            "Go on with what I enjoy",
            h("small", null, "10 questions, if you like"),
          ),
      h(
        "button",
        { class: "plain", type: "button", testid: "sign-out", onclick: presses(() => app.signOut()) },
        "Not now",
      ),
    ),
    privacy(),
  );
  return () => {};
};

/** @param {string} value */
export function nameField(value) {
  return field("Name", { name: "name", value, required: true, maxlength: 64, autocomplete: "nickname" });
}

/** @param {string} whose "" for oneself, else the name in "Anatomy … has" */
export function anatomyChoices(whose) {
  const mine = whose === "";
  return [
    choice("checkbox", "anatomy_self", mine ? "Anatomy I have" : `Anatomy ${whose} has`, ANATOMY, [], null, true),
    choice(
      "checkbox",
      "anatomy_preference",
      mine ? "Anatomy I like" : `Anatomy ${whose} likes`,
      ANATOMY,
      [],
      null,
      mine,
    ),
  ];
}

function optionalFields() {
  return h(
    "details",
    null,
    h("summary", null, "More, if you like"),
    h("p", { class: "quiet" }, "Partners whom you connect your account with see these too."),
    OPTIONAL.map(([name, label]) => field(label, { name, maxlength: 60 })),
  );
}

/** @param {FormData} data @returns {object} */
function demographics(data) {
  const said = OPTIONAL.map(([name]) => [name, text(data, name)]).filter(([, value]) => value);
  return {
    name: text(data, "name"),
    anatomy_self: texts(data, "anatomy_self"),
    anatomy_preference: texts(data, "anatomy_preference"),
    ...Object.fromEntries(said),
    adult: true,
  };
}
