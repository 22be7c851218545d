/**
 * The gallery's own page: every state in a frame, in the theme, size, text and language that are chosen above; both themes side by side at first.
 * @module
 */

import { h, render } from "../static/js/ui/dom.js";
import { LANGUAGES, language } from "../static/js/ui/tongue.js";
import { STATES } from "./states.js";

/** @typedef {import("./states.js").State} State */

const THEMES = { both: "Both", light: "Light", dark: "Dark" };
const SIZES = /** @type {const} */ (["390×844", "320×568", "844×390", "1280×800"]);
const TEXTS = { "100": "Usual", "200": "Twice as large" };
const AREAS = ["all", ...new Set(STATES.map((state) => state.area))];

const chosen = { theme: "both", size: /** @type {string} */ (SIZES[0]), text: "100", language: language(), area: AREAS[1] ?? "all" };
/** @type {Record<keyof typeof chosen, Record<string, string>>} */
const offered = { area: named(AREAS), theme: THEMES, size: named(SIZES), text: TEXTS, language: Object.fromEntries(LANGUAGES) };

/** @param {readonly string[]} words */
function named(words) {
  return Object.fromEntries(words.map((word) => [word, word]));
}

/** @param {keyof typeof chosen} what */
function choice(what) {
  const select = h(
    "select",
    { id: what, name: what },
    Object.entries(offered[what]).map(([value, label]) => h("option", { value, selected: chosen[what] === value }, label)),
  );
  select.addEventListener("change", () => {
    chosen[what] = select.value;
    show();
  });
  return h("label", { for: what }, what, select);
}

/** @param {State} state @param {"light" | "dark"} theme */
function frame(state, theme) {
  const [width, height] = chosen.size.split("×");
  const asked = new URLSearchParams({ state: state.name, theme, text: chosen.text, language: chosen.language });
  const address = `/gallery/frame?${asked}`;
  return h(
    "figure",
    null,
    h("figcaption", null, h("a", { href: address, target: "_blank" }, `${state.name}, ${theme}`)),
    h("iframe", { src: address, width, height, loading: "lazy", title: `${state.name}, ${theme}` }),
  );
}

function show() {
  const themes = /** @type {("light" | "dark")[]} */ (chosen.theme === "both" ? ["light", "dark"] : [chosen.theme]);
  const states = STATES.filter((state) => chosen.area === "all" || state.area === chosen.area);
  const root = document.getElementById("gallery");
  if (root === null) return;
  render(root); // frames anew: what was changed on disk is seen
  render(
    root,
    h("h1", null, `Gallery: ${STATES.length} states`),
    h("div", { class: "choices" }, /** @type {(keyof typeof chosen)[]} */ (Object.keys(offered)).map(choice)),
    h("div", { class: "shown" }, states.map((state) => themes.map((theme) => frame(state, theme)))),
  );
}

show();
