/**
 * Writing a card for the two: its kind and level, one or two steps with who does them, and what it touches.
 * @module
 */

import { wereAsked } from "../account/boundaries.js";
import { ApiError } from "../api.js";
import { LIMITS } from "../profile/words.js";
import { LEVELS } from "../room/words.js";
import { h } from "../ui/dom.js";
import { choice, field, form, problemPlace, text, texts } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { CHECKLIST, KINDS, typed, WHO } from "./words.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../account/boundaries.js").Boundaries} Boundaries */
/** @typedef {import("../app.js").App} App */

const OWN_LIMITS = _(
  "Written. Your own limits, or that you have not told yours yet, would keep it away. Look at “My limits”; your partner is not told.",
);

/**
 * @param {App} app
 * @param {{id: string, name: string}} partner
 * @param {boolean} open nothing is there yet: the form is what the screen is about
 * @param {() => Promise<void>} reload
 */
export function writeForm(app, partner, open, reload) {
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    const { boundaries } = await app.api.get("/api/profile");
    const made = await app.api.create("/api/cards", card(data, partner.id)).catch(withOneTicking);
    sent.reset();
    for (const each of [sent.closest("details"), ...sent.querySelectorAll("details")])
      if (each !== null) each.open = false;
    notify(
      isKeptAway(made, boundaries)
        ? OWN_LIMITS
        : _("Written. It can come once {name} has said yes to it.", { name: partner.name }),
    );
    await reload();
  };
  return h(
    "details",
    { class: "card-like", "data-key": "write", testid: "write", open },
    h("summary", null, _("Write a card")),
    form(
      { class: "stack" },
      act,
      h(
        "p",
        { class: "quiet" },
        _("Only the two of you ever see it. {name} reads it first and may say no.", { name: partner.name }),
      ),
      choice("radio", "type", _("Truth or dare?"), KINDS, ["dare"]),
      choice("radio", "rating", _("How far?"), levels(), ["R"]),
      step(0, _("What happens?"), "A"),
      h(
        "details",
        { testid: "second-step" },
        h("summary", null, _("A second step")),
        h("div", { class: "stack" }, step(1, _("And then?"), "B")),
      ),
      touches(),
      problemPlace(),
      h("button", { class: "primary", testid: "propose" }, _("Propose it to {name}", { name: partner.name })),
    ),
  );
}

/** Do the writer's own limits keep it away? @param {{rating: string, tags: string[]}} card @param {Boundaries} own */
function isKeptAway({ rating, tags }, own) {
  const out = rating === "X" ? own.hard_limits : [...own.hard_limits, ...own.soft_limits];
  return LIMITS.some(([limit]) => tags.includes(limit) && (!wereAsked(own) || out.includes(limit)));
}

function levels() {
  return Object.entries(LEVELS).map(([value, { name, hint }]) => ({ value, label: name, hint }));
}

/** @param {number} number @param {string} label @param {string} who */
function step(number, label, who) {
  const name = `step-${number}`;
  const options = Object.entries(WHO).map(([value, text]) => ({ value, label: text }));
  const hint = _(
    "3 to 35 plain words. Either of you may get it, so write “your partner” and not “me”: the name stands there when it is played.",
  );
  return [
    field(label, { name, rows: 3, maxlength: 600, required: number === 0 }, hint, "textarea"),
    choice("radio", `who-${number}`, _("Who does it?"), options, [who]),
  ];
}

function touches() {
  return h(
    "div",
    { class: "stack", testid: "touches" },
    h("p", null, h("strong", null, _("What does it touch?"))),
    h(
      "p",
      { class: "quiet" },
      _("Tick all that is in it, so that nobody's No is passed over. What the words say is added."),
    ),
    CHECKLIST.map(({ name, title, legend, options }) =>
      h(
        "details",
        { "data-key": name, testid: `touches-${name}` },
        h("summary", null, title),
        choice(
          "checkbox",
          name,
          legend,
          options.map(([value, label]) => ({ value, label })),
          [],
        ),
      ),
    ),
  );
}

/** @param {FormData} data @param {string} partner */
function card(data, partner) {
  const steps = [0, 1].map((number) => ({ actor: text(data, `who-${number}`), do: text(data, `step-${number}`) }));
  return {
    partner_user_id: partner,
    type: text(data, "type"),
    rating: text(data, "rating"),
    steps: steps.filter((each, number) => number === 0 || each.do !== ""),
    tags: CHECKLIST.flatMap(({ name }) => texts(data, name)),
  };
}

/**
 * Puts a card that was written before into the form, to be changed; not over words that are in it.
 * @param {{type: string, rating: string, steps: {actor: string, do: string}[], tags: string[]}} card
 * @returns {boolean} has it room?
 */
export function fillIn({ type, rating, steps, tags }) {
  const place = document.querySelector("[data-testid=write]");
  const written = place?.querySelector("form");
  if (!(place instanceof HTMLDetailsElement) || !written || text(new FormData(written), "step-0") !== "") return false;
  const chosen = new Set([
    `type-${type}`,
    `rating-${rating}`,
    ...steps.map(({ actor }, number) => `who-${number}-${actor}`),
  ]);
  for (const input of written.querySelectorAll("input"))
    if (input.type === "checkbox") input.checked = tags.includes(input.value);
    else if (chosen.has(`${input.name}-${input.value}`)) input.checked = true;
  for (const input of written.querySelectorAll("textarea")) {
    const step = steps[input.name === "step-0" ? 0 : 1];
    input.value = step === undefined ? "" : typed(step.do);
  }
  place.open = true;
  for (const each of written.querySelectorAll("details"))
    each.open = [...each.querySelectorAll("textarea, input:checked")].some((input) =>
      input instanceof HTMLTextAreaElement
        ? input.value !== ""
        : input instanceof HTMLInputElement && input.type === "checkbox",
    );
  written.querySelector("textarea")?.focus();
  return true;
}

/**
 * The server speaks of the checklist as one; here it is said where the card's kind makes one tick.
 * @param {unknown} error
 * @returns {never}
 */
function withOneTicking(error) {
  if (!(error instanceof ApiError) || error.fields?.["tags"] === undefined) throw error;
  const { tags, ...fields } = error.fields;
  const place = tags.includes("question") ? "topics" : "deeds";
  throw new ApiError(error.status, error.code, error.message, { ...fields, [place]: tags });
}
