/**
 * A player's own limits. They hold in every game at once, also in one that is open now, and nobody else sees them.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { choice, explain, problemPlace, submits, text } from "../ui/forms.js";
import { notify } from "../ui/notices.js";

/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {{hard_limits: string[], soft_limits: string[], maybe_items: string[]}} Boundaries */

const KEYS = /** @type {const} */ ([
  ["hardBoundaryImpact", "Spanking, slapping, biting"],
  ["hardBoundaryRestrain", "Being tied or blindfolded"],
  ["hardBoundaryBreath", "Anything at the throat"],
  ["hardBoundaryDegrade", "Degrading words"],
  ["hardBoundaryPublic", "Being seen by others"],
  ["hardBoundaryRecord", "Photos and recordings"],
  ["hardBoundaryAnal", "Anal play"],
  ["hardBoundaryWatersports", "Watersports"],
]);
const ANSWERS = [
  { value: "fine", label: "Fine" },
  { value: "soft", label: "Carefully" },
  { value: "hard", label: "Never" },
];

/** @type {Screen} */
export const limitsScreen = (root, app) => {
  let here = true;
  const draw = (/** @type {import("../ui/dom.js").Child} */ content) => {
    if (here) render(root, heading(), content);
  };
  const load = async () => {
    try {
      const boundaries = (await app.api.get("/api/profile")).boundaries;
      draw(form(app, boundaries));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      draw(h("p", { class: "problem", role: "alert" }, explain(error)));
    }
  };
  draw(h("p", { class: "quiet" }, "One moment …"));
  void load();
  return () => {
    here = false;
  };
};

function heading() {
  return h("header", null, h("a", { class: "back", href: "/" }, "‹ To the start"), h("h1", null, "My limits"));
}

/** @param {import("../app.js").App} app @param {Boundaries} boundaries */
function form(app, boundaries) {
  const onsubmit = submits(async (data) => {
    await app.api.patch("/api/profile/boundaries", {
      hard_limits: chosen(data, "hard", boundaries.hard_limits),
      soft_limits: chosen(data, "soft", boundaries.soft_limits),
    });
    notify("Saved. It holds from now on, in open games too.");
    if (history.length > 1) history.back();
    else app.navigate("/");
  });
  return h(
    "form",
    { class: "card-like", testid: "limits", onsubmit },
    h(
      "p",
      null,
      "“Never” keeps cards away at every level. “Carefully” keeps them away except at Bold. ",
      "Your partner does not see what you choose.",
    ),
    KEYS.map(([key, label]) =>
      h("div", { class: "thirds" }, choice("radio", key, label, ANSWERS, [answerOf(key, boundaries)])),
    ),
    problemPlace(),
    h("button", { class: "primary", testid: "save-limits" }, "Save"),
  );
}

/** @param {string} key @param {Boundaries} boundaries */
function answerOf(key, boundaries) {
  if (boundaries.hard_limits.includes(key)) return "hard";
  return boundaries.soft_limits.includes(key) ? "soft" : "fine";
}

/**
 * Keys that this page does not know stay as they are.
 * @param {FormData} data
 * @param {string} answer
 * @param {string[]} before
 */
function chosen(data, answer, before) {
  const known = KEYS.map(([key]) => /** @type {string} */ (key));
  return [...before.filter((key) => !known.includes(key)), ...known.filter((key) => text(data, key) === answer)];
}
