/**
 * Making a character, in a few calm steps. Nothing has to be said but a name, a role and an age; all else may stay empty.
 * @module
 */

import { signUp } from "../account/signup.js";
import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { beside, explain, form, problemPlace, tell } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { notify } from "../ui/notices.js";
import { promises } from "../ui/promises.js";
import { fieldSentences } from "../ui/sentences.js";
import { openSheet } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { LIST, nameOf, pathOf } from "./character.js";
import { partOf } from "./fields.js";
import { notHere, WITH_ACCOUNT } from "./gallery.js";
import { Making } from "./making.js";
import { offers } from "./offers.js";
import { EVEN, left, leftWords } from "./stats.js";
import { asAsked, asMade, stepsOf } from "./steps.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./steps.js").Preset} Preset */
/** @typedef {import("./steps.js").Step} Step */

/** So long the server's word to a step is waited for. */
const WAITS_MS = 2000;

/** @type {Screen} */
export const newCharacterScreen = (root, app) => {
  let leave = () => {};
  const stop = loading(
    root,
    () => heading(),
    async () => {
      if (app.identities.current()?.kind !== "user") return signUp(app, WITH_ACCOUNT);
      const offered = await offers(app.api);
      if (offered.providers.length === 0) return notHere();
      const [making, { items: presets }] = await Promise.all([Making.begin(app.api), app.api.get("/api/kinksters/presets")]);
      const wizard = new Wizard(root, app, making, presets, offered);
      stop();
      leave = () => wizard.leave();
      wizard.begin();
      return null;
    },
    { again: true },
  );
  return () => {
    stop();
    leave();
  };
};

function heading() {
  return h("header", null, h("a", { class: "back", testid: "back", href: LIST }, _("‹ Characters")), h("h1", null, _("A new character")));
}

class Wizard {
  #here = true;
  /** What is said below the fields of what is refused. */
  #below = "";
  /** @type {(() => void)[]} */
  #rest = [];

  /** @param {HTMLElement} root @param {App} app @param {Making} making @param {readonly Preset[]} presets @param {import("./offers.js").Offers} offered */
  constructor(root, app, making, presets, offered) {
    this.root = root;
    this.app = app;
    this.making = making;
    this.presets = presets;
    /** @type {readonly Step[]} */
    this.steps = stepsOf(presets, offered);
    making.changed = () => this.#tellKept();
  }

  begin() {
    const flush = () => void this.making.flush();
    document.addEventListener("visibilitychange", flush);
    addEventListener("online", flush);
    this.#rest.push(() => document.removeEventListener("visibilitychange", flush), () => removeEventListener("online", flush));
    this.draw();
  }

  leave() {
    this.#here = false;
    for (const each of this.#rest) each();
    void this.making.flush();
  }

  get #at() {
    return Math.min(Math.max(1, this.making.step), this.steps.length);
  }

  get #step() {
    return /** @type {Step} */ (this.steps[this.#at - 1]);
  }

  draw() {
    if (!this.#here) return;
    const step = this.#step;
    const at = this.#at;
    const last = at === this.steps.length;
    render(
      this.root,
      heading(),
      h(
        "div",
        { class: "progress", "data-key": "progress" },
        h("p", null, h("span", { testid: "step" }, _("Step {at} of {all}", { at, all: this.steps.length })), h("span", { testid: "is-kept", "data-live": true })),
        h("progress", { max: this.steps.length, value: at, "aria-label": _("How far you are") }),
      ),
      form(
        { class: "box making", testid: `making-${step.name}`, "data-key": step.name, oninput: (/** @type {Event} */ event) => this.#typed(event), onchange: (/** @type {Event} */ event) => this.#typed(event) },
        (data, sent) => (last ? this.#make(sent) : this.#next(data)),
        h("h2", { tabindex: -1, testid: "step-title" }, step.title),
        step.lead === null ? null : h("p", { class: "quiet" }, step.lead),
        step.view(this.making.about, { changed: (about) => this.#changed(about), go: (name) => this.#go(name) }),
        problemPlace(),
        h(
          "div",
          { class: "onward" },
          h("button", { class: "primary", testid: "next" }, last ? makes(nameOf(this.making.about)) : _("Next")),
          at === 1 ? null : h("button", { type: "button", class: "plain", testid: "step-back", onclick: () => this.#back() }, _("One step back")),
        ),
      ),
      this.making.begun ? h("button", { class: "plain", type: "button", testid: "begin-anew", "data-key": "begin-anew", onclick: (/** @type {Event} */ event) => this.#askAnew(event) }, _("Begin anew")) : null,
    );
    this.#tellKept();
  }

  #tellKept() {
    const place = this.root.querySelector("[data-testid='is-kept']");
    if (!this.#here || place === null) return;
    place.textContent = this.making.begun && this.making.kept ? _("kept") : "";
    this.#tellRefused();
  }

  /** While somebody writes: beside the field where it is on this page, else below. */
  #tellRefused() {
    const { refused } = this.making;
    const sent = this.#form;
    const below = this.root.querySelector("form > .problem");
    if (sent === null || below === null) return;
    const faults = refused === null ? new Map() : fieldSentences(asAsked(refused));
    const isHere = [...faults.keys()].some((name) => sent.elements.namedItem(name) !== null);
    const said = refused === null || isHere ? "" : explain(asAsked(refused));
    if (isHere) beside(sent, faults);
    if (said !== "" || below.textContent === this.#below) below.textContent = said;
    this.#below = said;
  }

  /** @returns {HTMLFormElement | null} */
  get #form() {
    return this.root.querySelector("form");
  }

  /** @param {Event} event */
  #typed({ type, target }) {
    if (type === "change" && target instanceof HTMLInputElement && !["radio", "checkbox"].includes(target.type)) return;
    const sent = this.#form;
    if (sent === null) return;
    const said = this.#step.read(new FormData(sent), this.making.about);
    if (said !== null) this.making.say(said);
    this.#tellKept();
  }

  /** @param {import("./character.js").About} about */
  #changed(about) {
    this.making.say(about);
    this.draw();
  }

  /** @param {FormData} data */
  async #next(data) {
    const said = this.#step.read(data, this.making.about);
    if (said !== null) this.making.say(said);
    if (this.#step.name === "stats" && left(this.making.about.stats ?? EVEN) > 0)
      throw new ApiError(422, "not_permitted", leftWords(left(this.making.about.stats ?? EVEN)));
    const refused = await this.#refused();
    if (refused === null) return this.#show(this.#at + 1);
    if (!this.#leadTo(refused)) throw asAsked(refused);
  }

  /** What the server says to what was written. A line that is slow or lost holds nobody up. */
  async #refused() {
    await Promise.race([this.making.flush(), new Promise((resolve) => setTimeout(resolve, WAITS_MS))]);
    return this.making.refused;
  }

  #back() {
    const sent = this.#form;
    const said = sent === null ? null : this.#step.read(new FormData(sent), this.making.about);
    if (said !== null) this.making.say(said);
    this.#show(this.#at - 1);
  }

  /** @param {string} name of a step */
  #go(name) {
    const at = this.steps.findIndex((each) => each.name === name);
    if (at >= 0) this.#show(at + 1);
  }

  /** @param {number} at */
  #show(at) {
    if (!this.#here) return;
    this.making.go(at);
    this.draw();
    scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (this.root.querySelector("[data-testid='step-title']"))?.focus({ preventScroll: true });
  }

  /** @param {HTMLFormElement} sent */
  async #make(sent) {
    await this.making.flush();
    try {
      const made = await this.making.make(asMade(this.making.about, this.presets));
      notify(_("{name} is there.", { name: nameOf(made) }));
      this.app.goOn(sent, pathOf(made.id), { replace: true });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!this.#leadTo(error)) throw error;
    }
  }

  /** What is refused is said where it was said. @param {ApiError} error */
  #leadTo(error) {
    const faults = fieldSentences(asAsked(error));
    const [first] = faults.keys();
    const part = first === undefined ? null : partOf(first);
    if (part === null || !this.steps.some(({ name }) => name === part)) return false;
    if (this.#step.name !== part) this.#go(part);
    const now = this.#form;
    if (now !== null) tell(now, faults);
    return true;
  }

  /** @param {Event} event */
  #askAnew({ currentTarget }) {
    openSheet(/** @type {Element} */ (currentTarget), { testid: "anew-sheet", title: _("Begin anew?"), no: _("Go on with this one") }, (close) => [
      promises([_("What you have written of this one goes.")]),
      h(
        "button",
        {
          class: "grave",
          type: "button",
          testid: "anew-yes",
          onclick: async () => {
            close();
            await this.making.forget();
            this.app.show();
          },
        },
        _("Begin anew"),
      ),
    ]);
  }
}

/** @param {string} name "": not said yet */
function makes(name) {
  return name === "" ? _("Make the character") : _("Make {name}", { name });
}
