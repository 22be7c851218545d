/**
 * Name and bodies: what has to be known before a game can be played. Everything else is offered, nothing is asked for.
 * @module
 */

import { parse } from "../router.js";
import { h, render } from "../ui/dom.js";
import { choice, field, problemPlace, submits, text, texts, tick } from "../ui/forms.js";
import { signOut } from "./login.js";

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
  const onsubmit = submits(async (data) => {
    const name = text(data, "name");
    await app.api.post("/api/me/demographics", demographics(data));
    app.identities.describe(name, true);
    if (data.has("survey")) app.navigate("/survey");
    else app.show();
  });
  const invited = parse(location).name === "join";
  const leave = async () => {
    await signOut(app.api);
    app.show();
  };
  render(
    root,
    h("h1", null, "A little about you"),
    h(
      "p",
      null,
      "So that cards call you by your name and fit your bodies. Whoever you play with sees your name, nothing else.",
    ),
    h(
      "form",
      { class: "card-like", onsubmit },
      nameField(identity?.name ?? ""),
      anatomyChoices(""),
      optionalFields(),
      identity?.kind === "user" ? tick("adult", "I am an adult (18 or older, and of full age where I live).") : null,
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
      h("button", { class: "plain", type: "button", testid: "sign-out", onclick: leave }, "Not now"),
    ),
  );
  return () => {};
};

/** @param {string} value */
export function nameField(value) {
  return field("Name", { name: "name", value, required: true, maxlength: 64, autocomplete: "nickname" });
}

/** @param {string} whose "" for oneself, else the name in "Anatomy … has" */
export function anatomyChoices(whose) {
  return [
    choice("checkbox", "anatomy_self", whose ? `Anatomy ${whose} has` : "Anatomy I have", ANATOMY, []),
    choice("checkbox", "anatomy_preference", whose ? `Anatomy ${whose} likes` : "Anatomy I like", ANATOMY, []),
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
