/**
 * All scenes of a bond: what is to come first, then what was.
 * @module
 */

import { h } from "../../ui/dom.js";
import { loading } from "../../ui/loading.js";
import { box, goto } from "../../ui/rows.js";
import { _ } from "../../ui/tongue.js";
import { allRows, gentle } from "../commands.js";
import { STATES, whenWords } from "./words.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../parts.js").PartScreen} PartScreen */
/** @typedef {import("./words.js").Scene} Scene */

const TABLES = new Set(["scenes", "scene_confirmations", null]);
const LATE = "9999";

/** @type {PartScreen} */
export const listView = (place, here) => {
  const { bond } = here;
  const load = async () => view(bond, await allRows(bond, "/scenes"));
  return loading(
    place,
    () => null,
    async (draw) => {
      here.heard(({ table }) => {
        if (TABLES.has(table)) void load().then(draw, gentle);
      });
      return load();
    },
    { again: true },
  );
};

/** @param {Scene} one @param {Scene} other the sooner first, those without a day last */
function sooner(one, other) {
  return (one.scene_date ?? LATE) < (other.scene_date ?? LATE) ? -1 : 1;
}

/** @param {Bond} bond @param {Scene[]} scenes */
function view(bond, scenes) {
  const of = (/** @type {readonly string[]} */ states) => scenes.filter(({ status }) => states.includes(status)).sort(sooner);
  const off = of(["called_off"]).reverse();
  return h(
    "div",
    { class: "stack", testid: "scenes" },
    scenes.length === 0
      ? h(
          "section",
          { class: "box", testid: "nothing-yet" },
          h("h2", null, _("Nothing planned yet")),
          h("p", null, _("Plan what you want to live together: when, what, with whom, and what each of you needs for it. It waits until everybody says yes.")),
        )
      : null,
    bond.may("scenes.create") ? h("a", { class: "button primary", href: bond.to("scenes", "new"), testid: "plan-scene" }, _("Plan one")) : null,
    box("to-come", _("To come"), of(["planned", "agreed"]).map((each) => line(bond, each))),
    box("done", _("What was"), of(["done"]).reverse().map((each) => line(bond, each))),
    off.length === 0
      ? null
      : h("details", { class: "box", "data-key": "off", testid: "called-off" }, h("summary", null, _("Called off")), h("ul", { class: "rows" }, off.map((each) => line(bond, each)))),
  );
}

/** @param {Bond} bond @param {Scene} scene */
function line(bond, scene) {
  return goto({
    testid: "scene",
    key: scene.id,
    href: bond.to("scenes", scene.id),
    sign: scene.status === "agreed" ? "check" : "moon",
    title: scene.title,
    hint: whenWords(scene),
    value: STATES[scene.status],
  });
}
