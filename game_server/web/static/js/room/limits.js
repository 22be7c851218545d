/**
 * One's own limits as a sheet over the room. What is touched is saved at once, and the card is gone before the answer comes.
 * @module
 */

import { answerOf, ANSWERS, withAnswer } from "../account/limits.js";
import { LIMITS } from "../profile/words.js";
import { h } from "../ui/dom.js";
import { explain } from "../ui/forms.js";
import { drawer } from "./drawer.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../account/limits.js").Boundaries} Boundaries */
/** @typedef {import("../account/limits.js").Answer} Answer */
/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("./screen.js").Aside} Aside */

/** What this phone knows of its person's limits while the sheet is open. */
export class OwnLimits {
  /** @type {Boundaries | null} null: not read yet */
  known = null;
  /** @type {string | null} what went wrong */
  problem = null;
  /** Changes are saved one after the other, the latest last. */
  #saving = Promise.resolve();

  /** @param {Api} api @param {() => void} drawn */
  constructor(api, drawn) {
    this.api = api;
    this.drawn = drawn;
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
    this.known = withAnswer(this.known, key, answer);
    const { hard_limits, soft_limits, maybe_items } = this.known;
    this.#saving = this.#saving.then(() => this.#save({ hard_limits, soft_limits, maybe_items }));
    this.drawn();
  }

  /** @param {object} limits */
  async #save(limits) {
    try {
      await this.api.patch("/api/profile/boundaries", limits);
      this.problem = null;
      this.drawn();
    } catch (error) {
      this.problem = _("This is not saved: {error}", { error: explain(error) });
      await this.#read(); // what is shown is what is kept, and the reason stays beside it
    }
  }
}

/** @param {OwnLimits} own @param {Aside} aside */
export function limitsDrawer(own, aside) {
  const { known, problem } = own;
  return drawer(
    { testid: "limits-sheet", title: _("My limits"), close: () => aside.change({ sheet: null }) },
    h("p", { class: "quiet" }, _("Only you see this. A change counts at once: the card goes if it no longer fits.")),
    h("p", { class: "problem", role: "alert", testid: "limits-problem" }, problem),
    known === null
      ? problem === null
        ? h("p", { class: "quiet" }, _("One moment …"))
        : null
      : LIMITS.map(([key, label]) => limit(own, key, label, answerOf(key, known))),
    h("a", { class: "button plain", href: "/limits", testid: "all-limits" }, _("All about limits, and single things")),
  );
}

/** @param {OwnLimits} own @param {string} key @param {string} label @param {Answer} answer */
function limit(own, key, label, answer) {
  return h(
    "fieldset",
    { class: "limit", "data-key": key },
    h("legend", null, label),
    h(
      "div",
      { class: "segments" },
      ANSWERS.map((each) =>
        h(
          "label",
          null,
          h("input", {
            type: "radio",
            name: key,
            value: each.value,
            testid: `${key}-${each.value}`,
            checked: each.value === answer,
            onchange: () => own.change(key, each.value),
          }),
          h("span", null, each.label),
        ),
      ),
    ),
  );
}
