/**
 * Pieces of forms that every screen uses: labelled fields, choices, and a submit that cannot be pressed twice.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "./dom.js";

/** @typedef {import("./dom.js").Child} Child */
/** @typedef {{value: string, label: string, hint?: string}} Option */

/**
 * @param {string} label
 * @param {import("./dom.js").Attributes} attributes of the input; `name` is its key
 * @param {string} [hint]
 */
export function field(label, attributes, hint) {
  const input = h("input", { testid: attributes["name"], ...attributes });
  return h("label", { class: "field" }, h("span", null, label), input, hint ? h("small", null, hint) : null);
}

/**
 * One or several of a few, as large buttons.
 * @param {"radio" | "checkbox"} type
 * @param {string} name
 * @param {string} legend
 * @param {Option[]} options
 * @param {string[]} chosen
 * @param {(event: Event) => void} [onchange]
 */
export function choice(type, name, legend, options, chosen, onchange) {
  return h(
    "fieldset",
    { class: "choice", testid: `choice-${name}` },
    h("legend", null, legend),
    h(
      "div",
      { class: "options" },
      options.map((option) => oneOption(type, name, option, chosen, onchange)),
    ),
  );
}

/**
 * @param {"radio" | "checkbox"} type
 * @param {string} name
 * @param {Option} option
 * @param {string[]} chosen
 * @param {((event: Event) => void) | undefined} onchange
 */
function oneOption(type, name, option, chosen, onchange) {
  const checked = chosen.includes(option.value);
  const input = h("input", { type, name, value: option.value, checked, onchange, testid: `${name}-${option.value}` });
  const hint = option.hint ? h("small", null, option.hint) : null;
  return h(
    "label",
    { class: "option", "data-key": `${name}-${option.value}` },
    input,
    h("span", null, option.label, hint),
  );
}

/** @param {string} name @param {Child} label @param {boolean} [required] */
export function tick(name, label, required = true) {
  return h(
    "label",
    { class: "tick" },
    h("input", { type: "checkbox", name, testid: name, required }),
    h("span", null, label),
  );
}

/** @param {FormData} data @param {string} name */
export function text(data, name) {
  const value = data.get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** @param {FormData} data @param {string} name @returns {string[]} */
export function texts(data, name) {
  return data.getAll(name).filter((value) => typeof value === "string");
}

/**
 * A submit handler: the form's buttons are off while `act` runs, and what is refused is said in the form.
 * @param {(data: FormData, form: HTMLFormElement) => Promise<void>} act
 * @returns {(event: Event) => Promise<void>}
 */
export function submits(act) {
  return async (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    if (form.getAttribute("aria-busy") === "true") return;
    say(form, "");
    form.setAttribute("aria-busy", "true");
    try {
      await act(new FormData(form, /** @type {SubmitEvent} */ (event).submitter), form);
    } catch (error) {
      say(form, explain(error));
    } finally {
      form.removeAttribute("aria-busy");
    }
  };
}

/** Where a form says what was refused. */
export function problemPlace() {
  return h("p", { class: "problem", role: "alert", testid: "problem" });
}

/** @param {HTMLFormElement} form @param {string} message */
function say(form, message) {
  const place = form.querySelector(".problem");
  if (place !== null) place.textContent = message;
}

/**
 * What to tell a person; what nobody expected is thrown on.
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (!(error instanceof ApiError)) throw error;
  const details = Object.entries(error.fields ?? {}).map(([name, problem]) => `${name}: ${problem}`);
  return [error.message, ...details].join(" ");
}
