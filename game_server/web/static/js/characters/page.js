/**
 * A character's own page: how they look, the way into a talk, and what there is to know and to change.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { Pictures } from "../ui/picture.js";
import { box, doing, goto } from "../ui/rows.js";
import { _, ngettext } from "../ui/tongue.js";
import { askToDelete, duplicate, makeFavourite } from "./acts.js";
import { apiOf, isOurs, LIST, nameOf, pathOf } from "./character.js";
import { isSaid } from "./fields.js";
import { headed } from "./heading.js";
import { portrait } from "./portrait.js";
import { statsDrawing } from "./stats.js";
import { factsOf, factsView } from "./steps.js";
import { talkLine } from "./talk/lines.js";
import { talksOf } from "./talk/list.js";
import { inShort } from "./words.js";

/** @typedef {import("./character.js").Character} Character */
/** @typedef {import("./frame.js").Here} Here */
/** @typedef {import("./frame.js").PartScreen} PartScreen */
/** @typedef {import("./talk/list.js").Conversation} Conversation */
/** @typedef {{character: Character, talks: Conversation[] | null}} Known talks null: not heard yet */

/** @type {PartScreen} */
export const ownPage = (root, here) => {
  let left = false;
  /** @type {Known} */
  const known = { character: /** @type {Character} */ (here.character), talks: null };
  const pictures = new Pictures(here.app.api, () => draw());
  const draw = () => {
    if (!left) render(root, headed(LIST, _("‹ Characters"), nameOf(known.character)), page(here, known, pictures, reload));
  };
  const reload = async () => {
    known.character = await here.app.api.get(apiOf(known.character));
    draw();
  };
  draw();
  void talksOf(here.app.api).then(
    (talks) => {
      known.talks = talks.filter(({ kinkster_id: of }) => of === known.character.id);
      draw();
    },
    (error) => {
      if (!(error instanceof ApiError)) throw error; // they are found in the talk itself
    },
  );
  return () => {
    left = true;
  };
};

/** @param {Here} here @param {Known} known @param {Pictures} pictures @param {() => Promise<unknown>} reload */
function page(here, { character, talks }, pictures, reload) {
  const ours = isOurs(character);
  return h(
    "div",
    { class: "you two", testid: "character-page" },
    meeting(character, pictures, talks),
    talks === null || talks.length === 0 ? null : box("talks", _("What you talked about"), talks.map((each) => talkLine(each, character))),
    aboutBox(character),
    h("section", { class: "box" }, h("h2", null, _("Strengths")), statsDrawing(/** @type {import("./character.js").Stats} */ (character.stats))),
    limitsBox(character),
    ours ? box("acts", null, [doing({ testid: "duplicate", sign: "copy", title: _("Make it yours"), hint: _("Another like this one, to change as you like"), onclick: duplicate(here.app, character) })]) : actsBox(here, character, reload),
  );
}

/** @param {Character} character @param {Pictures} pictures @param {Conversation[] | null} talks */
function meeting(character, pictures, talks) {
  const name = nameOf(character);
  const newest = talks?.[0];
  return h(
    "section",
    { class: "meeting", testid: "meeting" },
    portrait(character, pictures, "large"),
    h(
      "div",
      { class: "meeting-words" },
      character.is_primary ? h("p", { class: "favourite", testid: "favourite" }, icon("heart-full"), h("span", null, _("Your favourite"))) : null,
      isSaid(character.archetype) ? h("p", { class: "archetype-words" }, character.archetype) : null,
      h("p", null, inShort(character)),
      h("a", { class: "button primary", testid: "talk", href: newest === undefined ? pathOf(character.id, "talk") : pathOf(character.id, "talk", newest.id) }, newest === undefined ? _("Talk with {name}", { name }) : _("Go on talking with {name}", { name })),
      newest === undefined ? null : h("a", { class: "button plain", testid: "new-talk", href: pathOf(character.id, "talk") }, _("Begin a new talk")),
    ),
  );
}

/** @param {Character} character */
function aboutBox(character) {
  const facts = [...factsOf("nature", character), ...factsOf("looks", character)].filter(([, words]) => words !== character.archetype);
  if (facts.length === 0) return null;
  return h("section", { class: "box", testid: "about-them" }, h("h2", null, _("About {name}", { name: nameOf(character) })), factsView(facts));
}

/** @param {Character} character */
function limitsBox(character) {
  const facts = factsOf("limits", character);
  return h(
    "section",
    { class: "box", testid: "their-limits" },
    h("h2", null, _("Limits")),
    facts.length === 0 ? null : factsView(facts),
    h("p", { class: "quiet" }, _("Your own limits count in every talk. If you pause, nothing is asked of you here either.")),
  );
}

/** @param {Here} here @param {Character} character @param {() => Promise<unknown>} reload */
function actsBox({ app, offered }, character, reload) {
  const pictures = character.avatar_urls.length;
  return box("acts", null, [
    goto({ testid: "to-edit", sign: "note", title: _("Change what you wrote"), href: pathOf(character.id, "edit") }),
    offered.images || pictures > 0
      ? goto({ testid: "to-pictures", sign: "picture", title: _("Pictures"), value: pictures === 0 ? null : ngettext("{n} picture", "{n} pictures", pictures), href: pathOf(character.id, "pictures") })
      : null,
    character.is_primary ? null : doing({ testid: "make-favourite", sign: "heart", title: _("Make them your favourite"), hint: _("They come first in your list"), onclick: makeFavourite(app, character, reload) }),
    doing({ testid: "duplicate", sign: "copy", title: _("Make another like them"), hint: _("To try something else, and keep this one"), onclick: duplicate(app, character) }),
    doing({ testid: "delete-character", sign: "trash", title: _("Let them go"), hint: _("What goes and what stays is said before"), onclick: askToDelete(app, character) }),
  ]);
}
