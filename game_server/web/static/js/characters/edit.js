/**
 * What is changed about a character that is there: all that was asked when it was made, on one page.
 * @module
 */

import { ApiError } from "../api.js";
import { Draft } from "../bonds/tools/drafts.js";
import { ownNotion } from "../notion/offers.js";
import { h, render } from "../ui/dom.js";
import { form, problemPlace, tick } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";
import { apiOf, nameOf, pathOf } from "./character.js";
import { partView, readPart } from "./fields.js";
import { behind } from "./heading.js";
import { EVEN, left, leftWords, statsView, typedStats } from "./stats.js";
import { asAsked, TITLES } from "./steps.js";

/** @typedef {import("./character.js").About} About */
/** @typedef {import("./character.js").Character} Character */
/** @typedef {import("./fields.js").Part} Part */
/** @typedef {import("./frame.js").Here} Here */
/** @typedef {import("./frame.js").PartScreen} PartScreen */

const PARTS = /** @type {readonly Part[]} */ (["who", "looks", "nature", "limits", "player"]);

/** @type {PartScreen} */
export const editPart = (root, here) => {
  let character = /** @type {Character} */ (here.character);
  let draft = draftOf(here.app, character);
  let stats = typedStats(draft.typed, character.stats ?? EVEN);
  let notion = false;
  let leaving = false;
  const draw = () => {
    if (!leaving) render(root, behind(character, _("Change {name}", { name: nameOf(character) })), view());
  };
  const view = () =>
    draft.fill(form(
      { class: "stack changing", testid: "edit-character", oninput: typing, onchange: typing },
      (data, sent) => keep(data, sent),
      PARTS.filter((part) => part !== "player" || here.offered.providers.length > 1).map((part) => [
        h("section", { class: "box", "data-key": part }, h("h2", null, TITLES[part]), partView(part, character)),
        part !== "nature" ? null : h("section", { class: "box", "data-key": "stats" }, h("h2", null, TITLES.stats), statsView(stats, shared)),
      ]),
      notion ? inNotion(character) : null,
      problemPlace(),
      h("button", { class: "primary", testid: "keep-character" }, _("Keep it")),
    ));
  const typing = () => {
    const there = root.querySelector("form");
    if (there !== null) draft.keep(there);
  };
  const shared = (/** @type {import("./character.js").Stats} */ fresh) => {
    stats = fresh;
    draw();
    typing();
  };
  const keep = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    if (left(stats) > 0) throw new ApiError(422, "not_permitted", leftWords(left(stats)));
    const said = { ...Object.assign({}, ...PARTS.map((part) => readPart(part, data))), stats, ...(notion ? { is_public: data.has("is_public") } : {}) };
    const changes = changed(character, said);
    try {
      if (Object.keys(changes).length > 0) await here.app.api.alter(apiOf(character), { ...changes, version: character.version });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "changed" && error.current !== null) {
        draft.drop();
        character = error.current; // what is typed stays, and is kept by the next press
        draft = draftOf(here.app, character);
        draw();
        typing();
      }
      throw asAsked(error);
    }
    draft.drop();
    notify(_("It is kept."));
    here.app.goOn(sent, pathOf(character.id), { replace: true });
  };
  draw();
  void ownNotion(here.app).then((status) => {
    notion = status !== null;
    draw();
  });
  return () => {
    leaving = true;
  };
};

/** What is typed of it and not kept yet. @param {import("../app.js").App} app @param {Character} character */
function draftOf(app, { id, version }) {
  return new Draft({ app, owner: app.identities.owner(), id: "character" }, `${id}.edit.${version}`);
}

/** What becomes of it in its owner's Notion, where there is one. @param {Character} character */
function inNotion({ is_public: isPublic }) {
  return h(
    "section",
    { class: "box", "data-key": "notion" },
    h("h2", null, _("In Notion")),
    tick("is_public", _("Also in the database of public characters"), { required: false, checked: isPublic === true }),
    h("p", { class: "quiet" }, _("It lies in your own workspace, without wishes, limits and how they speak to you. Here it shows them to nobody. What goes there at all is switched on in your Notion.")),
  );
}

/** @param {Character} before @param {About} said @returns {About} only what is another than it was */
function changed(before, said) {
  return Object.fromEntries(
    Object.entries(said).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[/** @type {keyof About} */ (name)] ?? (Array.isArray(value) ? [] : null))),
  );
}
