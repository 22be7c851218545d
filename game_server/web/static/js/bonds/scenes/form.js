/**
 * Planning a scene: when, how long, what with whom, and what was talked about.
 * @module
 */

import { h, render } from "../../ui/dom.js";
import { field, form, problemPlace, text, texts } from "../../ui/forms.js";
import { icon } from "../../ui/icon.js";
import { _ } from "../../ui/tongue.js";
import { instantOf, wallOf } from "../../ui/zones.js";
import { called } from "../bond.js";
import { tellPrompt } from "../commands.js";
import { Draft } from "../tools/drafts.js";
import { safetyCard } from "./safety.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../parts.js").PartScreen} PartScreen */
/** @typedef {import("./words.js").Activity} Activity */
/** @typedef {import("./words.js").Scene} Scene */
/** @typedef {{title: string, scene_date: string | null, duration_minutes: number | null, activities: Activity[], consent_details: string | null, notes: string | null}} Plan */

const MOST_ACTIVITIES = 30;
/** How the form calls one of them. */
const ACTIVITY = /^activity-(\d+)$/;
const LONGEST = 4000;

/** A new one. @type {PartScreen} */
export const formView = (place, here) => {
  const { bond, app } = here;
  here.entitle(_("A new scene"));
  const plan = new Planning(bond, null, () => draw());
  const draw = () =>
    render(place, [
      safetyCard(bond),
      plan.view(_("Keep this plan"), async (words, sent) => {
        const made = await app.api.create(bond.api("/scenes"), words);
        tellPrompt(made);
        app.goOn(sent, bond.to("scenes", made.id), { replace: true });
      }),
    ]);
  draw();
  return () => {};
};

/** The form, which grows by what is done in the scene. */
export class Planning {
  /** @type {{id: number, activity: Activity}[]} */
  #rows;
  #next = 0;
  #shown = false;

  /** @param {Bond} bond @param {Scene | null} scene @param {() => void} changed */
  constructor(bond, scene, changed) {
    this.bond = bond;
    this.scene = scene;
    this.changed = changed;
    this.draft = new Draft(bond, `scenes.${scene === null ? "new" : `${scene.id}.${scene.version}`}`);
    const known = scene?.activities ?? [];
    this.#rows = (known.length > 0 ? known : [this.#empty()]).map((activity) => ({ id: this.#next++, activity }));
    const typed = Object.keys(this.draft.typed ?? {}).flatMap((name) => ACTIVITY.exec(name)?.[1] ?? []);
    if (typed.length > 0) this.#rows = typed.map(Number).map((id) => this.#rows.find((row) => row.id === id) ?? { id, activity: this.#empty() });
    this.#next = Math.max(...this.#rows.map(({ id }) => id)) + 1;
  }

  /** @returns {Activity} */
  #empty() {
    return { name: "", with: this.bond.members.map(({ user_id: id }) => id) };
  }

  /** @param {string} word @param {(plan: Plan, sent: HTMLFormElement) => Promise<void>} act */
  view(word, act) {
    const { scene, draft } = this;
    const made = form(
      { class: "box stack", testid: "scene-form", "data-key": "scene-form", ...draft.listeners },
      async (data, sent) => {
        await act(this.#said(data), sent);
        draft.drop();
      },
      field(_("What shall it be called?"), { name: "title", type: "text", maxlength: 200, required: true, value: scene?.title ?? "" }),
      h(
        "div",
        { class: "row when-and-long" },
        field(_("When"), { name: "when", type: "datetime-local", value: scene?.scene_date ? wallOf(scene.scene_date) : "" }),
        field(_("How long, in minutes"), { name: "minutes", type: "number", inputmode: "numeric", min: 1, max: 10_080, value: scene?.duration_minutes ?? "" }),
      ),
      h(
        "fieldset",
        { class: "activities", "data-key": "activities" },
        h("legend", null, _("What you want to do")),
        this.#rows.map((row, place) => this.#activity(row, place)),
        this.#rows.length < MOST_ACTIVITIES
          ? h("button", { type: "button", testid: "another-activity", onclick: () => this.#add() }, _("Something more"))
          : null,
      ),
      field(_("What you talked about"), { name: "consent", rows: 4, maxlength: LONGEST }, _("What each of you wants, what stays away, how you check in."), "textarea", scene?.consent_details ?? ""),
      field(_("Anything else"), { name: "notes", rows: 2, maxlength: LONGEST }, _("What to bring, what to prepare."), "textarea", scene?.notes ?? ""),
      problemPlace(),
      h("button", { class: "primary", testid: "keep-scene" }, word),
    );
    if (this.#shown) return made;
    this.#shown = true; // afterwards what is typed stands in the page itself
    return draft.fill(made);
  }

  /** With another activity, or without one. */
  #grown() {
    this.changed();
    const form = document.querySelector("[data-testid=scene-form]");
    if (form instanceof HTMLFormElement) this.draft.keep(form);
  }

  #add() {
    this.#rows.push({ id: this.#next++, activity: this.#empty() });
    this.#grown();
    /** @type {HTMLElement | null} */ (document.querySelector(`[name="activity-${this.#next - 1}"]`))?.focus();
  }

  /** @param {{id: number, activity: Activity}} row @param {number} place */
  #activity({ id, activity }, place) {
    const drop = () => {
      this.#rows = this.#rows.filter((each) => each.id !== id);
      this.#grown();
    };
    const number = place + 1;
    return h(
      "div",
      { class: "activity", role: "group", "aria-label": _("Activity {n}", { n: number }), "data-key": `activity-${id}`, testid: "activity" },
      field(_("Activity {n}", { n: number }), { name: `activity-${id}`, type: "text", maxlength: 100, value: activity.name }),
      h(
        "fieldset",
        { class: "choice" },
        h("legend", null, _("Who is in it")),
        h(
          "div",
          { class: "options" },
          this.bond.members.map((member) =>
            h(
              "label",
              { class: "option", "data-key": member.user_id },
              h("input", { type: "checkbox", name: `with-${id}`, value: member.user_id, checked: activity.with.includes(member.user_id), testid: `with-${id}-${member.user_id}` }),
              h("span", null, member === this.bond.me ? _("You") : called(member)),
            ),
          ),
        ),
      ),
      field(_("A note to it"), { name: `note-${id}`, type: "text", maxlength: 1000, value: activity.notes ?? "" }),
      this.#rows.length > 1 ? h("button", { type: "button", class: "plain signed", testid: "drop-activity", onclick: drop }, icon("trash"), h("span", null, _("Take it out"))) : null,
    );
  }

  /** @param {FormData} data @returns {Plan} */
  #said(data) {
    const when = text(data, "when");
    const minutes = text(data, "minutes");
    const orNone = (/** @type {string} */ name) => (text(data, name) === "" ? null : text(data, name));
    return {
      title: text(data, "title"),
      scene_date: when === "" ? null : instantOf(when),
      duration_minutes: minutes === "" ? null : Number(minutes),
      activities: this.#rows.flatMap(({ id, activity }) => {
        const name = text(data, `activity-${id}`);
        const notes = text(data, `note-${id}`);
        return name === "" ? [] : [{ name, keys: activity.keys ?? [], with: texts(data, `with-${id}`), ...(notes === "" ? {} : { notes }) }];
      }),
      consent_details: orNone("consent"),
      notes: orNone("notes"),
    };
  }
}
