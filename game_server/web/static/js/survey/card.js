/**
 * The survey on the start page: an offer, or the way back into it. Gone once it has been handed in.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./questions.js").Progress} Progress */

/** @param {App} app @returns {Promise<Progress | null>} null while the server cannot be reached */
export async function readProgress(app) {
  try {
    return await app.api.get("/api/survey/progress");
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

/** @param {Progress | null} progress @param {Pick<import("./saving.js").Saving, "empty" | "kept">} saving */
export function surveyCard(progress, { empty, kept }) {
  const unsent = !empty;
  if (progress === null || (progress.status === "completed" && !unsent)) return null;
  const begun = progress.started_at !== null || unsent;
  const percent = progress.completion_percentage;
  return h(
    "section",
    { class: "card-like survey-card", testid: "survey-card" },
    h("h2", null, _("Know what you both enjoy")),
    begun ? h("progress", { max: 100, value: percent, "aria-label": _("{percent} % answered", { percent }) }) : null,
    h("p", null, begun ? keptWords(unsent, kept) : _("10 questions, or all 75. Cards will fit you better.")),
    h(
      "a",
      { class: "button primary", href: "/survey", testid: "to-survey" },
      begun ? _("{percent} % – go on", { percent }) : _("Have a look"),
    ),
  );
}

/** @param {boolean} unsent @param {boolean} kept */
function keptWords(unsent, kept) {
  if (!unsent) return _("Your answers are kept. Go on whenever you like.");
  return kept
    ? _("Your last answers wait in this browser until the server can be reached.")
    : _("Your last answers are not saved yet, and this browser keeps nothing: leave this page open.");
}
