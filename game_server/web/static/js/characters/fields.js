/**
 * What is asked about a character, step by step: how it is asked, and what is read from a form.
 * @module
 */

import { h } from "../ui/dom.js";
import { choice, field, text } from "../ui/forms.js";
import { _ } from "../ui/tongue.js";
import { AGES, EXPERIENCE, PROVIDERS, ROLES } from "./words.js";

/** @typedef {import("../ui/forms.js").Option} Option */
/** @typedef {import("./character.js").About} About */
/** @typedef {Exclude<keyof About, "stats">} Name */
/** @typedef {"who" | "looks" | "nature" | "limits" | "player"} Part */
/**
 * @typedef {object} Asked
 * @property {Name} name
 * @property {string} label
 * @property {"line" | "lines" | "words" | "one" | "whole"} kind words: several, with commas between; one: of a few; whole: one of a few, that has to be said
 * @property {string} [hint]
 * @property {number} [most] characters
 * @property {readonly Option[]} [options]
 * @property {true} [needed]
 * @property {true} [short] two of them fit in a row
 * @property {import("./character.js").Provider} [only] of whom it is asked
 * @property {true} [rare] asked for when somebody wants it
 */

const LINE = 100;
const LONG = 4000;

/** Choices whose words need the whole width. @type {ReadonlySet<Name>} */
const ONE_A_LINE = new Set(["role", "provider"]);

/** How a form calls a character's name: "name" is a person's. */
export const CALLED = "called";

/** @type {Readonly<Record<Part, readonly Asked[]>>} */
export const ASKED = {
  who: [
    { name: "name", label: _("What are they called?"), kind: "line", most: 64, needed: true },
    { name: "pronouns", label: _("Pronouns"), kind: "line", most: 40, hint: _("Such as she/her, he/him or they/them.") },
    { name: "role", label: _("What are they to you?"), kind: "whole", options: ROLES, needed: true },
    { name: "age_range", label: _("How old are they?"), kind: "whole", options: AGES, needed: true, hint: _("Every character here is an adult.") },
  ],
  looks: [
    { name: "aesthetic", label: _("At first sight"), kind: "line", most: LINE, hint: _("Such as quiet and tidy, or a wild garden.") },
    { name: "body_type", label: _("Body"), kind: "line", most: LINE, short: true },
    { name: "height", label: _("Height"), kind: "line", most: 40, short: true },
    { name: "hair_color", label: _("Hair colour"), kind: "line", most: LINE, short: true },
    { name: "hair_style", label: _("Hair"), kind: "line", most: LINE, short: true },
    { name: "eye_color", label: _("Eyes"), kind: "line", most: LINE, short: true },
    { name: "skin_tone", label: _("Skin"), kind: "line", most: LINE, short: true },
    { name: "clothing_style", label: _("What they wear"), kind: "line", most: LINE },
    { name: "build", label: _("Build"), kind: "line", most: LINE, short: true, rare: true },
    { name: "facial_hair", label: _("Beard"), kind: "line", most: LINE, short: true, rare: true },
    { name: "favorite_colors", label: _("Colours they like"), kind: "words", rare: true },
    { name: "fetish_wear", label: _("What they wear to play"), kind: "words", rare: true, hint: _("With commas between.") },
  ],
  nature: [
    { name: "archetype", label: _("In a few words"), kind: "line", most: LINE, hint: _("Such as a patient teacher, or a storm with good manners.") },
    { name: "personality_traits", label: _("What they are like"), kind: "words", hint: _("With commas between: warm, curious, a little strict.") },
    { name: "openai_instructions", label: _("How they speak to you"), kind: "lines", most: LONG, hint: _("Short or long, tender or dry, what they call you.") },
    { name: "bio", label: _("Who they are"), kind: "lines", most: LONG },
    { name: "top_kinks", label: _("What draws them"), kind: "words", rare: true, hint: _("With commas between.") },
    { name: "experience_level", label: _("How much they know"), kind: "one", options: EXPERIENCE, rare: true },
    { name: "backstory", label: _("What was before"), kind: "lines", most: LONG, rare: true },
  ],
  limits: [
    { name: "hard_limits", label: _("What they never do"), kind: "words", hint: _("With commas between.") },
    { name: "soft_limits", label: _("What they do with care"), kind: "words", hint: _("With commas between.") },
  ],
  player: [
    { name: "provider", label: _("Who plays them?"), kind: "whole", options: PROVIDERS, needed: true },
    { name: "flowise_chatflow_id", label: _("Id of the chat flow"), kind: "line", most: 128, only: "flowise", hint: _("Whoever runs this server knows it.") },
    { name: "openai_model", label: _("Model"), kind: "line", most: 128, only: "openai_responses", hint: _("Empty for the usual one.") },
  ],
};

/** @param {Part} part @param {About} about @param {(name: Name) => boolean} [wanted] */
export function partView(part, about, wanted = () => true) {
  const asked = ASKED[part].filter(({ name }) => wanted(name));
  const usual = asked.filter(({ rare }) => !rare);
  const rare = asked.filter((each) => each.rare);
  return [
    ...fieldsView(usual, about),
    rare.length === 0
      ? null
      : h("details", { testid: `more-${part}`, open: rare.some(({ name }) => isSaid(about[name])) }, h("summary", null, _("More")), h("div", { class: "stack" }, fieldsView(rare, about))),
  ];
}

/** Short ones stand beside each other. @param {readonly Asked[]} asked @param {About} about @returns {HTMLElement[]} */
function fieldsView(asked, about) {
  /** @type {Asked[][]} */
  const runs = [];
  for (const each of asked) {
    if (each.short && runs.at(-1)?.[0]?.short) runs.at(-1)?.push(each);
    else runs.push([each]);
  }
  return runs.flatMap((run) => (run[0]?.short ? h("div", { class: "beside", "data-key": run[0].name }, run.map((each) => fieldView(each, about))) : run.map((each) => fieldView(each, about))));
}

/** @param {Asked} asked @param {About} about */
function fieldView({ only, ...asked }, about) {
  return only === undefined ? plainView(asked, about) : h("div", { class: "of-player", "data-player": only, "data-key": asked.name }, plainView(asked, about));
}

/** @param {Asked} asked @param {About} about */
function plainView({ name, label, kind, hint, most, options = [], needed }, about) {
  const called = formName(name);
  const value = about[name];
  if (kind === "one" || kind === "whole") {
    const chosen = typeof value === "string" ? [value] : [];
    return h("div", { class: ONE_A_LINE.has(name) ? "single" : "asked", "data-key": name }, choice("radio", called, label, [...options], chosen, null, needed === true), hint === undefined ? null : h("small", null, hint));
  }
  const words = Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : "";
  if (kind === "lines") return field(label, { name: called, maxlength: most, rows: 3 }, hint, "textarea", words);
  return field(label, { name: called, value: words, maxlength: most, autocomplete: "off", required: needed === true }, hint);
}

/** @param {Name} name */
export function formName(name) {
  return name === "name" ? CALLED : name;
}

/** What a form says of its part; what is left empty is null. @param {Part} part @param {FormData} data @returns {About} */
export function readPart(part, data) {
  const there = ASKED[part].filter(({ name }) => data.has(formName(name)));
  return Object.fromEntries(there.map((each) => [each.name, valueOf(each, text(data, formName(each.name)))]));
}

/** @param {Asked} asked @param {string} typed */
function valueOf({ kind }, typed) {
  if (kind !== "words") return typed === "" ? null : typed;
  const words = typed.split(/[,;\n]/).map((each) => each.trim());
  return [...new Set(words)].filter(Boolean);
}

/** @param {unknown} value */
export function isSaid(value) {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== "";
}

/** In which part something is asked. @param {string} name as a form calls it @returns {Part | null} */
export function partOf(name) {
  const parts = /** @type {Part[]} */ (Object.keys(ASKED));
  return parts.find((part) => ASKED[part].some((each) => formName(each.name) === name)) ?? null;
}
