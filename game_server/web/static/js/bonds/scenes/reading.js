/**
 * One scene: first how everybody slows down and stops, then what is planned, who said yes, and what one may do now.
 * @module
 */

import { h } from "../../ui/dom.js";
import { loading } from "../../ui/loading.js";
import { icon } from "../../ui/icon.js";
import { openSheet } from "../../ui/sheet.js";
import { _ } from "../../ui/tongue.js";
import { commands, gentle, tellPrompt } from "../commands.js";
import { afterwards, logBox } from "./after.js";
import { Planning } from "./form.js";
import { safetyCard } from "./safety.js";
import { says } from "./stage.js";
import { STATES, standing, whenWords } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("./words.js").Scene} Scene */
/** @typedef {import("./stage.js").Stage} Stage */

const TABLES = new Set(["scenes", "scene_confirmations", "scene_debriefs", null]);

/** @param {HTMLElement} place @param {Here} here @param {string} id */
export function readingView(place, here, id) {
  const { bond } = here;
  /** @type {Planning | null} */
  let planning = null;
  /** @type {Scene} */
  let scene;
  const path = bond.api(`/scenes/${encodeURIComponent(id)}`);
  return loading(
    place,
    () => null,
    async (draw) => {
      /** @returns {Child} */
      const show = () => {
        here.entitle(scene.title);
        return planning === null ? page({ bond, scene, reload, edit }) : editView(bond, scene, planning, leave);
      };
      /** @returns {Promise<void>} */
      const reload = async () => {
        scene = await bond.app.api.get(path);
        draw(show());
      };
      const leave = async () => {
        planning = null;
        await reload();
      };
      const edit = () => {
        planning = new Planning(bond, scene, () => draw(show()));
        draw(show());
      };
      here.heard(({ table }) => {
        if (table === "bond_members" && planning === null) draw(show());
        if (TABLES.has(table) && planning === null) void reload().catch(gentle);
      });
      scene = await bond.app.api.get(path);
      return show();
    },
    { again: true },
  );
}

/** @param {Bond} bond @param {Scene} scene @param {Planning} planning @param {() => Promise<void>} leave */
function editView(bond, scene, planning, leave) {
  return [
    safetyCard(bond),
    scene.confirmed_by.length === 0 ? null : h("p", { class: "quiet", testid: "anew" }, _("Whoever said yes said it to the plan as it was. They are asked anew.")),
    planning.view(_("Keep the change"), async (plan) => {
      tellPrompt(await bond.app.api.patch(bond.api(`/scenes/${encodeURIComponent(scene.id)}`), { ...plan, version: scene.version }));
      await leave();
    }),
    h("button", { type: "button", class: "plain", testid: "leave-edit", onclick: () => { planning.draft.drop(); void leave(); } }, _("Leave it as it is")),
  ];
}

/** @param {Stage} stage */
function page(stage) {
  const { bond, scene } = stage;
  return h(
    "div",
    { class: "stack", testid: "scene-page", "data-status": scene.status },
    safetyCard(bond, scene.participants.length > 0 ? scene.participants : undefined),
    h("p", { class: "quiet", role: "status", testid: "scene-standing" }, h("strong", null, STATES[scene.status]), " · ", standing(scene)),
    scene.status === "done" ? afterwards(stage) : null,
    planBox(bond, scene),
    answersBox(stage),
    acts(stage),
  );
}

/** @param {Bond} bond @param {Scene} scene */
function planBox(bond, scene) {
  return h(
    "section",
    { class: "box", testid: "plan", "data-key": "plan" },
    h("h2", null, _("The plan")),
    h("p", { class: "signed-line" }, icon("clock"), h("span", null, whenWords(scene))),
    scene.activities.length === 0
      ? null
      : h(
          "ul",
          { class: "doing" },
          scene.activities.map((each, place) =>
            h(
              "li",
              { "data-key": place },
              h("h3", null, each.name),
              each.with.length === 0 ? null : h("p", { class: "quiet" }, _("Taking part: {names}", { names: bond.listOf(each.with) })),
              each.notes ? h("p", { class: "written" }, each.notes) : null,
            ),
          ),
        ),
    told(_("What was talked about"), scene.consent_details),
    told(_("Anything else"), scene.notes),
  );
}

/** @param {string} title @param {string | null} words */
function told(title, words) {
  return words ? h("div", { class: "told-so" }, h("h3", null, title), h("p", { class: "written" }, words)) : null;
}

/** Who said yes, and one's own. @param {Stage} stage */
function answersBox(stage) {
  const { bond, scene, reload } = stage;
  if (scene.status !== "planned" && scene.status !== "agreed") return null;
  const mine = scene.participants.includes(bond.me.user_id);
  const yes = scene.confirmed_by.includes(bond.me.user_id);
  return h(
    "section",
    { class: "box", testid: "answers", "data-key": "answers" },
    h("h2", null, _("Who says yes to it")),
    h(
      "ul",
      { class: "signatures" },
      scene.participants.map((each) => {
        const said = scene.confirmed_by.includes(each);
        const name = each === bond.me.user_id ? _("You") : bond.nameOf(each);
        return h("li", { "data-key": each, testid: "answer" }, icon(said ? "check" : "clock"), h("span", null, name, h("small", null, said ? _("yes, to this plan") : _("has not said so yet"))));
      }),
    ),
    !mine || bond.over || scene.held
      ? null
      : yes
        ? h("button", { type: "button", testid: "unconfirm", onclick: commands(reload, () => says(stage, "unconfirm")) }, _("Take my yes back"))
        : h("button", { type: "button", testid: "confirm", onclick: commands(reload, () => says(stage, "confirm", { version: scene.version })) }, _("Yes, to this plan")),
    mine && !yes && !bond.over ? h("small", null, _("Waiting, changing it and calling it off are as good as a yes.")) : null,
  );
}

/** @param {Stage} stage */
function acts(stage) {
  const { bond, scene, reload, edit } = stage;
  if (bond.over || scene.status === "done") return null;
  const maker = scene.created_by === bond.me.user_id;
  const open = scene.status !== "called_off";
  const mine = scene.participants.includes(bond.me.user_id);
  return h(
    "div",
    { class: "stack", "data-key": "acts" },
    open && mine ? logBox(stage) : null,
    open && maker ? h("button", { type: "button", testid: "edit-scene", onclick: edit }, _("Change the plan")) : null,
    open && mine
      ? h(
          "section",
          { class: "box ending", testid: "calling-off", "data-key": "off" },
          h("p", { id: "off-says" }, _("One press and it is off, for everybody, also in the middle of it. Nobody asks why.")),
          h("button", { type: "button", class: "grave", testid: "call-off", "aria-describedby": "off-says", onclick: commands(reload, () => says(stage, "call-off"), _("It is called off. Good that you listened to yourself.")) }, _("Call it off")),
        )
      : null,
    maker ? h("button", { type: "button", class: "plain signed", testid: "delete-scene", onclick: (/** @type {Event} */ event) => askToDelete(stage, /** @type {Element} */ (event.currentTarget)) }, icon("trash"), h("span", null, _("Delete it"))) : null,
  );
}

/** @param {Stage} stage @param {Element} near */
function askToDelete({ bond, scene }, near) {
  const gone = commands(async () => bond.app.navigate(bond.to("scenes"), { replace: true }), () => bond.app.api.delete(bond.api(`/scenes/${encodeURIComponent(scene.id)}`)));
  openSheet(near, { testid: "deleting", title: _("Delete this scene?"), no: _("Keep it") }, () => [
    h("p", null, _("It is gone for all of you.")),
    h("button", { type: "button", class: "grave", testid: "delete-yes", onclick: gone }, _("Delete it")),
  ]);
}
