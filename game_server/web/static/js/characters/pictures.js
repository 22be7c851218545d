/**
 * The pictures of a character: which one is shown, which ones go, and new ones that somebody paints.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { choice, explain, form, problemPlace, presses, text } from "../ui/forms.js";
import { icon } from "../ui/icon.js";
import { announce, notify } from "../ui/notices.js";
import { Pictures } from "../ui/picture.js";
import { openSheet } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { apiOf, nameOf, picturesOf } from "./character.js";
import { behind } from "./heading.js";
import { Generations, OPEN, standingOf, STYLES } from "./generations.js";
import { portrait } from "./portrait.js";

/** @typedef {import("./character.js").Character} Character */
/** @typedef {import("./frame.js").Here} Here */
/** @typedef {import("./frame.js").PartScreen} PartScreen */
/** @typedef {import("./generations.js").Generation} Generation */

/** @type {PartScreen} */
export const picturesPart = (root, here) => {
  const screen = new PicturesScreen(root, here);
  void screen.begin();
  return () => screen.leave();
};

class PicturesScreen {
  #here = true;
  #style = STYLES[0]?.value ?? "";

  /** @param {HTMLElement} root @param {Here} here */
  constructor(root, here) {
    this.root = root;
    this.here = here;
    this.character = /** @type {Character} */ (here.character);
    this.pictures = new Pictures(here.app.api, () => this.draw());
    this.generations = new Generations(here.app.api, this.character, (one) => void this.#heard(one));
  }

  async begin() {
    this.draw();
    if (!this.here.offered.images) return;
    try {
      await this.generations.load();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // those that are there can be seen all the same
    }
    this.draw();
  }

  leave() {
    this.#here = false;
    this.generations.leave();
  }

  /** @param {Generation} one */
  async #heard(one) {
    if (one.status === "done") await this.#reload();
    if (!OPEN.has(one.status)) announce(one.status === "done" ? _("A new picture is there.") : standingOf(one));
    this.draw();
  }

  async #reload() {
    try {
      this.character = await this.here.app.api.get(apiOf(this.character));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // it is there when the page is opened the next time
    }
    this.draw();
  }

  draw() {
    if (!this.#here) return;
    const files = picturesOf(this.character);
    const open = this.generations.open;
    render(
      this.root,
      behind(this.character, _("Pictures")),
      h(
        "div",
        { class: "you", testid: "pictures-page" },
        files.length + open.length === 0
          ? h("section", { class: "box early", testid: "no-pictures" }, portrait(this.character, null, "small"), h("p", null, _("No picture yet. Until there is one, their first letter stands for them.")))
          : h("ul", { class: "cast", testid: "own-pictures" }, open.map((one) => this.#openTile(one)), files.map((file, place) => this.#tile(file, place === 0))),
        this.here.offered.images ? this.#asking() : h("p", { class: "quiet", testid: "no-painter" }, _("Nobody paints pictures on this server.")),
      ),
    );
  }

  /** @param {string} file @param {boolean} shown */
  #tile(file, shown) {
    const name = nameOf(this.character);
    return h(
      "li",
      { class: "tile", "data-key": file, testid: "picture-tile" },
      h("span", { class: "portrait", "data-size": "large" }, this.pictures.view(file, shown ? _("Picture of {name}, the one that is shown", { name }) : _("Picture of {name}", { name }))),
      h(
        "span",
        { class: "tile-acts" },
        shown
          ? h("span", { class: "favourite", testid: "shown" }, icon("check"), h("span", null, _("Shown")))
          : h("button", { type: "button", class: "plain", testid: "choose-picture", onclick: presses(() => this.#act(() => this.generations.choose(file), _("It is shown now."))) }, _("Show this")),
        h("button", { type: "button", class: "plain", testid: "delete-picture", "aria-label": _("Delete this picture"), onclick: (/** @type {Event} */ event) => this.#askToDelete(file, event) }, icon("trash")),
      ),
    );
  }

  /** @param {Generation} one */
  #openTile(one) {
    const open = OPEN.has(one.status);
    return h(
      "li",
      { class: "tile", "data-key": one.id, testid: "open-picture", "data-status": one.status },
      h("span", { class: open ? "portrait paints" : "portrait", "data-size": "large" }, h("span", { class: "initial", "aria-hidden": true }, icon(open ? "picture" : "moon"))),
      h("p", { class: "quiet", testid: "standing" }, standingOf(one)),
      h(
        "button",
        { type: "button", class: "plain", testid: open ? "take-back" : "dismiss", onclick: open ? presses(() => this.#act(() => this.generations.takeBack(one.id), _("It will not be painted."))) : () => this.#dismiss(one.id) },
        open ? _("Not this one") : _("All right"),
      ),
    );
  }

  /** @param {string} id */
  #dismiss(id) {
    this.generations.dismiss(id);
    this.draw();
  }

  #asking() {
    return form(
      { class: "box", testid: "ask-picture" },
      async (data) => {
        this.#style = text(data, "style") || this.#style;
        await this.generations.ask(this.#style).catch(ofTheirLooks);
        notify(_("It is asked for."));
        scrollTo(0, 0);
      },
      h("h2", null, _("A new picture")),
      h("p", { class: "quiet" }, _("Painted from what you wrote about their looks, and never from their name or story. Everybody in it is an adult, and clothed.")),
      h("div", { class: "single" }, choice("radio", "style", _("How?"), STYLES.filter(({ value }) => this.here.offered.styles.includes(value)), [this.#style])),
      problemPlace(),
      h("button", { class: "primary", testid: "paint" }, _("Have it painted")),
    );
  }

  /** @param {() => Promise<unknown>} act @param {string} done */
  async #act(act, done) {
    try {
      await act();
      notify(done);
      await this.#reload();
    } catch (error) {
      notify(explain(error));
    }
  }

  /** @param {string} file @param {Event} event */
  #askToDelete(file, { currentTarget }) {
    openSheet(/** @type {Element} */ (currentTarget), { testid: "delete-picture-sheet", title: _("Delete this picture?"), no: _("Keep it") }, (close) => [
      h("p", null, _("It goes for good: nobody keeps a copy, and neither do we.")),
      h(
        "button",
        {
          type: "button",
          class: "grave",
          testid: "delete-picture-yes",
          onclick: presses(async () => {
            const asked = this.generations.ofFile(file);
            await this.#act(() => (asked === null ? this.here.app.api.delete(`/api/files/${encodeURIComponent(file)}`) : this.generations.takeBack(asked)), _("It is gone."));
            close();
          }),
        },
        _("Delete it"),
      ),
    ]);
  }
}

/** What is wrong is what was written of their looks, which this form does not hold. @param {unknown} error @returns {never} */
function ofTheirLooks(error) {
  if (error instanceof ApiError && error.code === "invalid" && error.fields?.["text"]) throw new ApiError(error.status, "not_permitted", error.fields["text"]);
  throw error;
}
