/**
 * Pieces of forms that every screen uses: labelled fields, choices, and a submit that cannot be pressed twice.
 *
 * Each field has its own place for what is wrong with it, which is read with the field and goes when it is put right.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "./dom.js";
import { fieldSentences, isVisible, missing, sentence, unfit } from "./sentences.js";
import { _ } from "./tongue.js";

/** @typedef {import("./dom.js").Attributes} Attributes */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {{value: string, label: string, hint?: string}} Option */
/** @typedef {Map<string, string>} Faults sentences by field */
/** @typedef {HTMLInputElement | HTMLTextAreaElement} Input */

const BROKEN = _("Something in this page went wrong. Please load it again.");

/**
 * A form: what is wrong in it is said beside its fields, in our words and not in the browser's.
 * @param {Attributes} attributes
 * @param {(data: FormData, form: HTMLFormElement) => Promise<void>} act throws what is refused
 * @param {...Child} children with a `problemPlace`
 */
export function form(attributes, act, ...children) {
  return h("form", { novalidate: true, onsubmit: submits(act), ...attributes }, ...children);
}

/**
 * @param {string} label
 * @param {Attributes} attributes of the input; `name` is its key
 * @param {string} [hint]
 * @param {"input" | "textarea"} [tag]
 * @param {string} [words] what stands in a textarea; of an input it is an attribute
 */
export function field(label, attributes, hint, tag = "input", words = "") {
  const name = String(attributes["name"]);
  const described = hint ? `hint-${name} ${problemId(name)}` : problemId(name);
  return h(
    "div",
    { class: "field" },
    h("label", { for: `field-${name}` }, label),
    h(tag, { testid: name, id: `field-${name}`, "aria-describedby": described, ...attributes }, tag === "textarea" ? words : null),
    hint ? h("small", { id: `hint-${name}` }, hint) : null,
    fieldProblem(name),
  );
}

/**
 * One or several of a few, as large buttons.
 * @param {"radio" | "checkbox"} type
 * @param {string} name
 * @param {string} legend
 * @param {Option[]} options
 * @param {string[]} chosen
 * @param {((event: Event) => void) | null} [onchange]
 * @param {boolean} [needed] at least one has to be chosen
 */
export function choice(type, name, legend, options, chosen, onchange, needed = false) {
  return h(
    "fieldset",
    { class: "choice", testid: `choice-${name}`, "data-needed": needed ? name : null },
    h("legend", null, legend),
    h(
      "div",
      { class: "options" },
      options.map((option) => oneOption(type, name, option, chosen, onchange ?? undefined)),
    ),
    fieldProblem(name),
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
  const about = { testid: `${name}-${option.value}`, "aria-describedby": problemId(name) };
  const input = h("input", { type, name, value: option.value, checked, onchange, ...about });
  const hint = option.hint ? h("small", null, option.hint) : null;
  return h(
    "label",
    { class: "option", "data-key": `${name}-${option.value}` },
    input,
    h("span", null, option.label, hint),
  );
}

/** @param {string} name @param {Child} label @param {{required?: boolean, checked?: boolean}} [options] */
export function tick(name, label, { required = true, checked = false } = {}) {
  return h(
    "div",
    { class: "ticking", "data-key": `tick-${name}` },
    h(
      "label",
      { class: "tick" },
      h("input", { type: "checkbox", name, testid: name, required, checked, "aria-describedby": problemId(name) }),
      h("span", null, label),
    ),
    fieldProblem(name),
  );
}

/** @param {string} name */
function problemId(name) {
  return `problem-${name}`;
}

/** @param {string} name */
function fieldProblem(name) {
  return h("p", { class: "problem", id: problemId(name), testid: problemId(name), "data-live": true });
}

/** Where a form says what is about no field of it. */
export function problemPlace() {
  return h("p", { class: "problem", role: "alert", testid: "problem", "data-live": true });
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

/** Forms and buttons whose act runs: a new drawing does not forget it. @type {WeakSet<Element>} */
const busy = new WeakSet();

/**
 * @template T
 * @param {Element} element
 * @param {() => Promise<T>} act
 * @returns {Promise<T | undefined>} undefined: it runs already
 */
async function once(element, act) {
  if (busy.has(element)) return undefined;
  busy.add(element);
  element.setAttribute("aria-busy", "true");
  try {
    return await act();
  } finally {
    busy.delete(element);
    element.removeAttribute("aria-busy");
  }
}

/**
 * A handler for a button that does something on the server: pressed twice it does it once.
 * @param {() => Promise<unknown>} act
 * @returns {(event: Event) => Promise<unknown>}
 */
export function presses(act) {
  return (event) => once(/** @type {Element} */ (event.currentTarget), act);
}

/**
 * A submit handler: nothing is sent twice, and what is wrong or refused is said in the form.
 * @param {(data: FormData, form: HTMLFormElement) => Promise<void>} act
 * @returns {(event: Event) => Promise<void>}
 */
function submits(act) {
  return async (event) => {
    event.preventDefault();
    const sent = /** @type {HTMLFormElement} */ (event.currentTarget);
    const { submitter } = /** @type {SubmitEvent} */ (event);
    if (busy.has(sent)) return;
    watch(sent);
    say(sent, "");
    if (!tell(sent, faultsIn(sent))) return;
    await once(sent, async () => {
      try {
        await act(new FormData(sent, submitter), sent);
      } catch (error) {
        refuse(sent, error);
      }
    });
  };
}

/** @param {HTMLFormElement} sent @param {unknown} error */
function refuse(sent, error) {
  if (!(error instanceof ApiError)) {
    say(sent, BROKEN);
    throw error;
  }
  const faults = fieldSentences(error);
  const known = new Map([...faults].filter(([name]) => inputsOf(sent, name).length > 0));
  if (known.size === 0 || known.size < faults.size) say(sent, sentence(error));
  tell(sent, known);
}

/** @param {HTMLFormElement} sent @param {string} message */
function say(sent, message) {
  const place = sent.querySelector('.problem[role="alert"]');
  if (place !== null) place.textContent = message;
}

/**
 * Say each fault beside its field and lead to the first; what was said before goes.
 * @param {HTMLFormElement} sent
 * @param {Faults} faults
 * @returns {boolean} none
 */
export function tell(sent, faults) {
  beside(sent, faults);
  const first = [...sent.elements].find((each) => faults.has(each.getAttribute("name") ?? ""));
  if (first instanceof HTMLElement) {
    for (const details of sent.querySelectorAll("details")) if (details.contains(first)) details.open = true;
    first.focus();
  }
  return faults.size === 0;
}

/**
 * Say each fault beside its field, while somebody writes on: nobody is led anywhere.
 * @param {HTMLFormElement} sent
 * @param {Faults} faults
 */
export function beside(sent, faults) {
  watch(sent);
  const names = new Set([...sent.elements].flatMap((each) => each.getAttribute("name") ?? []));
  for (const name of names) mark(sent, name, faults.get(name) ?? "");
}

/** @param {HTMLFormElement} sent @param {string} name @param {string} message "" when nothing is wrong */
function mark(sent, name, message) {
  const place = [...sent.querySelectorAll(".problem")].find((each) => each.id === problemId(name));
  if (place !== undefined) place.textContent = message;
  for (const input of inputsOf(sent, name)) {
    if (message === "") input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
  }
}

/** @param {Element} each @returns {each is Input} */
function isInput(each) {
  return each instanceof HTMLInputElement || each instanceof HTMLTextAreaElement;
}

/** @param {HTMLFormElement} sent @param {string} name @returns {Input[]} */
function inputsOf(sent, name) {
  return [...sent.elements].filter(isInput).filter((each) => each.name === name);
}

/** What the page can see by itself. @param {HTMLFormElement} sent @returns {Faults} */
function faultsIn(sent) {
  /** @type {Faults} */
  const faults = new Map();
  for (const input of sent.elements) {
    if (!isInput(input) || faults.has(input.name)) continue;
    const fault = faultOf(input);
    if (fault !== "") faults.set(input.name, fault);
  }
  for (const group of sent.querySelectorAll("[data-needed]")) {
    const name = group.getAttribute("data-needed") ?? "";
    if (!inputsOf(sent, name).some((each) => "checked" in each && each.checked)) faults.set(name, missing(name));
  }
  return faults;
}

/** @param {Input} input @returns {string} */
function faultOf(input) {
  const { validity, name, type, value } = input;
  if (validity.valueMissing) return missing(name);
  if (type === "text" && input.required && value.trim() === "") return missing(name);
  if (!validity.valid) return unfit(name);
  return name === "name" && !isVisible(value) ? unfit(name) : "";
}

/** @type {WeakSet<HTMLFormElement>} */
const watched = new WeakSet();

/** From now on what is said beside a field goes when the field is put right. @param {HTMLFormElement} sent */
function watch(sent) {
  if (watched.has(sent)) return;
  watched.add(sent);
  const look = (/** @type {Event} */ { target }) => {
    if (!(target instanceof Element && isInput(target)) || busy.has(sent)) return;
    say(sent, "");
    if (target.getAttribute("aria-invalid") === "true") mark(sent, target.name, faultsIn(sent).get(target.name) ?? "");
  };
  sent.addEventListener("input", look);
  sent.addEventListener("change", look);
}

/**
 * What to tell a person outside a form; what nobody expected is thrown on.
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (!(error instanceof ApiError)) throw error;
  const [first] = fieldSentences(error).values();
  return first ?? sentence(error);
}
