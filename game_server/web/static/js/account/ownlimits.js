/**
 * One's own limits as they are set, in a game and outside of one: what is touched is saved at once.
 * @module
 */

import { LIMITS } from "../profile/words.js";
import { explain } from "../ui/forms.js";
import { segments } from "../ui/segments.js";
import { _ } from "../ui/tongue.js";
import { answerOf, ANSWERS, wereAsked, withAnswer } from "./boundaries.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("./boundaries.js").Answer} Answer */
/** @typedef {import("./boundaries.js").Boundaries} Boundaries */

/** What this phone knows of its person's limits while they are shown. */
export class OwnLimits {
  /** @type {string | null} what went wrong */
  problem = null;
  /** Changes are saved one after the other, the latest last. */
  #saving = Promise.resolve();

  /** @param {Api} api @param {() => void} drawn @param {Boundaries | null} [known] null: not read yet */
  constructor(api, drawn, known = null) {
    this.api = api;
    this.drawn = drawn;
    this.known = known;
  }

  /** Read them anew. */
  async read() {
    this.problem = null;
    await this.#read();
  }

  async #read() {
    try {
      this.known = (await this.api.get("/api/profile")).boundaries;
    } catch (error) {
      this.known = null;
      this.problem ??= explain(error);
    }
    this.drawn();
  }

  /** @param {string} key @param {Answer} answer */
  change(key, answer) {
    if (this.known === null) return;
    this.#keep(withAnswer(this.known, key, answer));
  }

  /** A single thing, carefully or not. @param {string} key @param {boolean} on */
  mark(key, on) {
    if (this.known === null) return;
    const rest = this.known.maybe_items.filter((each) => each !== key);
    this.#keep({ ...this.known, maybe_items: on ? [...rest, key] : rest });
  }

  /** Whoever has not been asked yet has answered with what they see. Done when all of it is kept, or `problem` says why not. */
  async answered() {
    if (this.known !== null && !wereAsked(this.known)) this.#keep(this.known);
    await this.#saving;
  }

  /** @param {Boundaries} known */
  #keep(known) {
    this.known = known;
    const { hard_limits, soft_limits, maybe_items } = known;
    this.#saving = this.#saving.then(() => this.#save({ hard_limits, soft_limits, maybe_items }));
    this.drawn();
  }

  /** @param {object} limits */
  async #save(limits) {
    try {
      await this.api.patch("/api/profile/boundaries", limits);
      this.problem = null;
      if (this.known !== null) this.known = { ...this.known, asked: true };
      this.drawn();
    } catch (error) {
      this.problem = _("This is not saved: {error}", { error: explain(error) });
      await this.#read(); // what is shown is what is kept, and the reason stays beside it
    }
  }
}

/** Each with its three answers. @param {OwnLimits} own @param {Boundaries} known */
export function limitsOf(own, known) {
  return LIMITS.map(([name, legend]) =>
    segments({ class: "limit", name, legend }, ANSWERS, answerOf(name, known), (answer) => own.change(name, answer)),
  );
}
