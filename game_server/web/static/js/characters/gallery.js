/**
 * One's characters, what one has talked about with them, and those of ours to begin from.
 * @module
 */

import { signUp } from "../account/signup.js";
import { backLink } from "../ui/back.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { loading } from "../ui/loading.js";
import { Pictures } from "../ui/picture.js";
import { _ } from "../ui/tongue.js";
import { duplicate } from "./acts.js";
import { isOurs, LIST, nameOf, pathOf } from "./character.js";
import { offers } from "./offers.js";
import { portrait } from "./portrait.js";
import { talksOf } from "./talk/list.js";
import { talkLine } from "./talk/lines.js";
import { inShort } from "./words.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./character.js").Character} Character */
/** @typedef {import("./talk/list.js").Conversation} Conversation */
/** @typedef {{draft: object | null}} Session */
/** @typedef {{characters: Character[], talks: Conversation[], begun: boolean}} Known */

export const WITH_ACCOUNT = _("Characters are kept for you alone, so they need an account.");
const MOST = 100;
const TALKS = 4;

/** @type {Screen} */
export const charactersScreen = (root, app) =>
  loading(
    root,
    () => h("header", null, backLink(), h("h1", null, _("Characters"))),
    async (draw) => {
      if (app.identities.current()?.kind !== "user") return signUp(app, WITH_ACCOUNT);
      if ((await offers(app.api)).providers.length === 0) return notHere();
      const known = await read(app);
      const pictures = new Pictures(app.api, () => draw(page(app, known, pictures)));
      return page(app, known, pictures);
    },
    { again: true },
  );

/** Nobody who could play one is set up. */
export function notHere() {
  return h(
    "section",
    { class: "box early", testid: "not-offered" },
    icon("moon"),
    h("h2", null, _("Nobody plays characters here")),
    h("p", null, _("An AI would play them, and on this server none is switched on. Whoever runs it can do that; until then there is nothing here, and nothing of yours goes anywhere.")),
    h("a", { class: "button", href: "/" }, _("To the start")),
  );
}

/** Throws ApiError. @param {App} app @returns {Promise<Known>} */
async function read(app) {
  const [{ items: characters }, talks, begun] = await Promise.all([
    app.api.get(`/api/kinksters?limit=${MOST}`),
    talksOf(app.api),
    app.api.get("/api/kinksters/creation-session").then(hasBegun, () => false),
  ]);
  return { characters, talks, begun };
}

/** @param {Session | null} session */
function hasBegun(session) {
  return session?.draft != null;
}

/** @param {App} app @param {Known} known @param {Pictures} pictures */
function page(app, { characters, talks, begun }, pictures) {
  const mine = characters.filter((each) => !isOurs(each)).sort((one, other) => Number(other.is_primary) - Number(one.is_primary));
  const ours = characters.filter(isOurs);
  const named = (/** @type {string | null} */ id) => characters.find((each) => each.id === id) ?? null;
  return h(
    "div",
    { class: "you", testid: "characters" },
    mine.length === 0 ? invitation(begun) : ownCharacters(mine, pictures, begun),
    talks.length === 0
      ? null
      : talksBox(
          talks.slice(0, TALKS).map((each) => talkLine(each, named(each.kinkster_id), { named: true })),
          talks.slice(TALKS).map((each) => talkLine(each, named(each.kinkster_id), { named: true })),
        ),
    ours.length === 0 ? null : oursBox(app, ours, pictures),
    mine.length === 0 ? null : h("p", { class: "quiet", testid: "what-they-are" }, WHAT_THEY_ARE),
  );
}

const WHAT_THEY_ARE = _("An AI plays your characters. They are not people, all of them are adults, and nobody but you sees them or what you talk about.");

/** @param {boolean} begun has one been begun? */
function invitation(begun) {
  return h(
    "section",
    { class: "archetype invites", testid: "no-characters" },
    h("h2", null, _("Somebody to talk to, as you wish them")),
    h("p", null, _("Give them a name, a way to speak, a temper. Then talk: to try words out, to dream something up, or to be kept company.")),
    h("p", null, WHAT_THEY_ARE),
    h("a", { class: "button primary", testid: "new-character", href: `${LIST}/new` }, begun ? _("Go on with the one you began") : _("Make a character")),
  );
}

/** @param {Character[]} mine @param {Pictures} pictures @param {boolean} begun */
function ownCharacters(mine, pictures, begun) {
  return h(
    "section",
    { class: "stack" },
    h("ul", { class: "cast", testid: "own-characters" }, mine.map((each) => tile(each, pictures))),
    h("a", { class: "button primary", testid: "new-character", href: `${LIST}/new` }, begun ? _("Go on with the one you began") : _("Make another")),
  );
}

/** @param {HTMLElement[]} newest @param {HTMLElement[]} rest */
function talksBox(newest, rest) {
  return h(
    "section",
    { class: "box", testid: "talks" },
    h("h2", null, _("Where you left off")),
    h("ul", { class: "rows" }, newest),
    rest.length === 0 ? null : h("details", { testid: "earlier-talks" }, h("summary", null, _("Earlier ones")), h("ul", { class: "rows" }, rest)),
  );
}

/** @param {Character} character @param {Pictures} pictures */
function tile(character, pictures) {
  return h(
    "li",
    { "data-key": character.id },
    h(
      "a",
      { class: "tile", testid: "character", href: pathOf(character.id) },
      portrait({ ...character }, pictures, "large"),
      h(
        "span",
        { class: "tile-words" },
        h("strong", null, nameOf(character)),
        h("small", null, inShort({ ...character, pronouns: null })),
        character.is_primary ? h("span", { class: "favourite", testid: "favourite" }, icon("heart-full"), h("span", null, _("Your favourite"))) : null,
      ),
    ),
  );
}

/** @param {App} app @param {Character[]} ours @param {Pictures} pictures */
function oursBox(app, ours, pictures) {
  return h(
    "section",
    { class: "box", testid: "our-characters" },
    h("h2", null, _("Some of ours to begin from")),
    h("p", { class: "quiet" }, _("Talk with one as they are, or take one and make it yours.")),
    h(
      "ul",
      { class: "rows" },
      ours.map((each) =>
        h(
          "li",
          { class: "ours", "data-key": each.id },
          h(
            "a",
            { class: "grows", testid: "our-character", href: pathOf(each.id) },
            portrait(each, pictures, "small"),
            h("span", null, h("strong", null, nameOf(each)), h("small", null, each.archetype || inShort(each))),
          ),
          h("button", { type: "button", testid: "take-character", "aria-label": _("Take {name}", { name: nameOf(each) }), onclick: duplicate(app, each) }, _("Take")),
        ),
      ),
    ),
  );
}

