/**
 * The steps in which a character is made.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";
import { ASKED, formName, isSaid, partView, readPart } from "./fields.js";
import { usualPlayer } from "./offers.js";
import { portrait } from "./portrait.js";
import { EVEN, left, sharedOut, statsDrawing, statsView } from "./stats.js";
import { inShort, wordOf } from "./words.js";

/** @typedef {import("../ui/dom.js").Child} Child */
/** @typedef {import("./character.js").About} About */
/** @typedef {import("./fields.js").Name} Name */
/** @typedef {import("./fields.js").Part} Part */
/** @typedef {import("./offers.js").Offers} Offers */
/** @typedef {{id: string, preset_key: string, name: string, role: import("./character.js").Role, stats: import("./character.js").Stats, config: About}} Preset */
/**
 * @typedef {object} Hand
 * @property {(about: About) => void} changed something was said that the form does not hold
 * @property {(step: string) => void} go
 */
/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title
 * @property {string | null} lead
 * @property {(about: About, hand: Hand) => Child} view
 * @property {(data: FormData, about: About) => About | null} read null: nothing of it
 */

const BLANK = "blank";
const WHO_READS = _("Whoever plays them reads what you two say, what you wrote here, and your limits. Your name is never told.");
export const TITLES = {
  who: _("Who are they?"),
  looks: _("How do they look?"),
  nature: _("How are they, and how do they speak?"),
  stats: _("What are they strong in?"),
  limits: _("What do they not do?"),
  player: _("Behind the curtain"),
};

/** @param {readonly Preset[]} presets @param {Offers} offered @returns {readonly Step[]} */
export function stepsOf(presets, offered) {
  return [
    beginning(presets, usualPlayer(offered)),
    asking("who", _("A name, and what they are to you. Everything can be changed later.")),
    asking("looks", _("All of this may stay empty. It is how they describe themselves, and how they are painted.")),
    asking("nature", _("A few words are enough. The more you say, the more they are themselves.")),
    strengths,
    asking("limits", _("Your own limits always count, whatever stands here: no character gets around them.")),
    ...(offered.providers.length > 1 ? [asking("player", WHO_READS)] : []),
    reviewing(offered.providers.length > 1 ? ["looks", "nature", "limits", "player"] : ["looks", "nature", "limits"]),
  ];
}

/** @param {readonly Preset[]} presets @param {import("./character.js").Provider | undefined} provider @returns {Step} */
function beginning(presets, provider) {
  return {
    name: "begin",
    title: _("What do you begin from?"),
    lead: _("A sketch that you change as you like, or an empty page."),
    view: (about) => h("fieldset", { class: "sketches" }, h("legend", { class: "unseen" }, _("What do you begin from?")), [...presets.map((each) => sketch(each, about)), blank(about)]),
    read: (data, about) => chosen(presets, String(data.get("preset") ?? BLANK), about, provider),
  };
}

/** @param {readonly Preset[]} presets @param {string} key @param {About} about @param {import("./character.js").Provider | undefined} provider @returns {About | null} */
function chosen(presets, key, about, provider) {
  const preset = presets.find((each) => each.id === key);
  if ((about.preset_id ?? BLANK) === key && about.stats !== undefined) return null; // what was changed of it since stays
  const { config = {}, name, role, stats, id = null } = preset ?? { stats: EVEN };
  return { ...config, ...(name === undefined ? {} : { name, role }), stats, preset_id: id, ...(provider === undefined ? {} : { provider }) };
}

/** @param {Preset} preset @param {About} about */
function sketch({ id, name, role, stats, config }, about) {
  const words = { ...config, name, role };
  return h(
    "label",
    { class: "option sketch", "data-key": id },
    h("input", { type: "radio", name: "preset", value: id, testid: "preset", checked: about.preset_id === id }),
    portrait({ ...words, stats }, null, "small"),
    h("span", null, h("strong", null, name), h("small", null, [config?.archetype, inShort({ role })].filter(Boolean).join(" · "))),
  );
}

/** @param {About} about */
function blank(about) {
  return h(
    "label",
    { class: "option sketch", "data-key": BLANK },
    h("input", { type: "radio", name: "preset", value: BLANK, testid: "preset-blank", checked: !about.preset_id }),
    h("span", null, h("strong", null, _("An empty page")), h("small", null, _("I know who I want to meet"))),
  );
}

/** @param {Part} part @param {string | null} lead @returns {Step} */
function asking(part, lead) {
  return { name: part, title: TITLES[part], lead, view: (about) => partView(part, about), read: (data) => readPart(part, data) };
}

/** @type {Step} */
const strengths = {
  name: "stats",
  title: TITLES.stats,
  lead: _("Sixty points for six strengths. What you give to one comes from what is left, then from the strongest of the others."),
  view: (about, { changed }) => statsView(about.stats ?? EVEN, (stats) => changed({ stats })),
  read: (_data, about) => ({ stats: about.stats ?? EVEN }),
};

/** @param {readonly Part[]} parts @returns {Step} */
function reviewing(parts) {
  return {
    name: "review",
    title: _("Is this them?"),
    lead: WHO_READS,
    view: (about, { go }) => [
      h("div", { class: "in-short" }, portrait(about, null, "small"), h("div", { class: "grows" }, h("strong", null, about.name ?? _("Without a name yet")), h("p", { class: "quiet" }, inShort(about))), change("who", go)),
      parts.map((part) => reviewed(part, about, go)),
      h("section", { class: "reviewed", "data-key": "stats" }, titled("stats", go), statsDrawing(sharedOut(about.stats ?? EVEN)), left(about.stats ?? EVEN) > 0 ? h("p", { class: "quiet" }, _("What is left is shared out.")) : null),
    ],
    read: (_data, { stats = EVEN }) => (left(stats) === 0 ? null : { stats: sharedOut(stats) }),
  };
}

/** @param {Part} part @param {About} about @param {Hand["go"]} go */
function reviewed(part, about, go) {
  const facts = factsOf(part, about);
  return h("section", { class: "reviewed", "data-key": part }, titled(part, go), facts.length === 0 ? h("p", { class: "quiet" }, _("Nothing said.")) : factsView(facts));
}

/** @param {keyof typeof TITLES} part @param {Hand["go"]} go */
function titled(part, go) {
  return h(
    "div",
    { class: "titled" },
    h("h3", null, TITLES[part]),
    change(part, go),
  );
}

/** @param {keyof typeof TITLES} part @param {Hand["go"]} go */
function change(part, go) {
  return h("button", { type: "button", class: "plain", testid: `change-${part}`, "aria-label": _("Change: {what}", { what: TITLES[part] }), onclick: () => go(part) }, _("Change"));
}

/** What was said of a part, in its words. @param {Part} part @param {About} about @returns {readonly (readonly [string, string])[]} */
export function factsOf(part, about) {
  return ASKED[part].filter(({ name }) => isSaid(about[name])).map(({ name, label, options }) => [label, said(about[name], options)]);
}

/** @param {unknown} value @param {readonly import("../ui/forms.js").Option[]} [options] */
function said(value, options) {
  if (Array.isArray(value)) return value.join(", ");
  return (options === undefined ? null : wordOf(String(value), options)) ?? String(value);
}

/** @param {readonly (readonly [string, string])[]} facts */
export function factsView(facts) {
  return h(
    "dl",
    { class: "facts-of" },
    facts.map(([label, words]) => h("div", { "data-key": label }, h("dt", null, label), h("dd", null, words))),
  );
}

/** What was refused of a character, by its fields as the forms call them. @param {ApiError} error */
export function asAsked(error) {
  const fields = Object.entries(error.fields ?? {}).map(([path, said]) => [formName(/** @type {Name} */ (path.replace(/^draft\./, "").replace(/[.[].*$/, ""))), said]);
  return new ApiError(error.status, error.code, error.message, fields.length === 0 ? null : Object.fromEntries(fields), error.retryAfter, error.current);
}

/** What was said, to be made: what is left empty of a sketch stays empty, and is not filled from it again. @param {About} about @param {readonly Preset[]} presets @returns {About} */
export function asMade(about, presets) {
  const { config = {} } = presets.find(({ id }) => id === about.preset_id) ?? {};
  const emptied = Object.keys(config).some((name) => !isSaid(about[/** @type {keyof About} */ (name)]));
  return emptied ? { ...about, preset_id: null } : about;
}
