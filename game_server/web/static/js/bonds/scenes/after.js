/**
 * What belongs to a scene afterwards: that it was, care for each other, and what each has to say of it, first to themselves.
 * @module
 */

import { h } from "../../ui/dom.js";
import { field, form, problemPlace, text, tick } from "../../ui/forms.js";
import { icon } from "../../ui/icon.js";
import { notify } from "../../ui/notices.js";
import { serverNow } from "../../ui/servertime.js";
import { _ } from "../../ui/tongue.js";
import { called } from "../bond.js";
import { tellPrompt } from "../commands.js";
import { says } from "./stage.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("./words.js").Debrief} Debrief */

const LONGEST = 4000;

/** It was: how long, and a word about it. @param {Stage} stage */
export function logBox(stage) {
  const { scene, reload } = stage;
  if (scene.scene_date !== null && Date.parse(scene.scene_date) > serverNow()) return null;
  return h(
    "details",
    { class: "box", testid: "log", "data-key": "log" },
    h("summary", null, _("It was")),
    form(
      { class: "stack" },
      async (data) => {
        const notes = text(data, "log-notes");
        tellPrompt(await says(stage, "log", { duration_minutes: Number(text(data, "duration_minutes")), ...(notes === "" ? {} : { notes }) }));
        await reload();
      },
      field(_("How many minutes?"), { name: "duration_minutes", type: "number", inputmode: "numeric", min: 1, max: 10_080, required: true, value: scene.duration_minutes ?? "" }),
      field(_("A note for all of you"), { name: "log-notes", rows: 3, maxlength: LONGEST }, undefined, "textarea"),
      problemPlace(),
      h("button", { class: "primary", testid: "log-scene" }, _("Keep it")),
    ),
  );
}

/** @param {Stage} stage */
export function afterwards(stage) {
  return h("div", { class: "stack", "data-key": "after" }, careBox(stage), ownDebrief(stage), sharedDebriefs(stage));
}

/** @param {Stage} stage */
function careBox(stage) {
  const { bond, scene, reload } = stage;
  const needs = bond.members.filter(({ user_id: id, aftercare_needs: need }) => scene.participants.includes(id) && need);
  return h(
    "section",
    { class: "box care-box", testid: "care", "data-key": "care" },
    h("h2", null, _("Time for each other")),
    needs.map((member) => h("p", { class: "needs", "data-key": member.user_id }, icon("warm"), h("span", null, h("small", null, member === bond.me ? _("You") : called(member)), member.aftercare_needs))),
    needs.length === 0 ? h("p", null, _("Water, warmth, closeness or space: ask each other what is good now, and tomorrow once more.")) : null,
    scene.aftercare_provided
      ? [h("p", { class: "signed-line", testid: "care-given" }, icon("check"), h("span", null, _("You took the time."))), scene.aftercare_notes ? h("p", { class: "written" }, scene.aftercare_notes) : null]
      : bond.over
        ? null
        : form(
            { class: "stack", "data-key": "care-form" },
            async (data) => {
              const notes = text(data, "care-notes");
              tellPrompt(await says(stage, "aftercare", { provided: true, ...(notes === "" ? {} : { notes }) }));
              await reload();
            },
            field(_("What was good"), { name: "care-notes", rows: 2, maxlength: LONGEST }, _("For all of you, if you like."), "textarea"),
            problemPlace(),
            h("button", { testid: "care-done" }, _("We took the time")),
          ),
  );
}

/** @param {Stage} stage */
function ownDebrief(stage) {
  const { bond, scene, reload } = stage;
  if (!scene.participants.includes(bond.me.user_id)) return null;
  const own = scene.debriefs.find(({ user_id: by }) => by === bond.me.user_id) ?? null;
  const keep = async (/** @type {FormData} */ data) => {
    await says(stage, "debrief", { text: text(data, "debrief"), shared: data.get("share") !== null });
    notify(data.get("share") === null ? _("Kept. Only you can read it.") : _("Kept, and shared."));
    await reload();
  };
  return h(
    "section",
    { class: "box", testid: "debrief", "data-key": "debrief" },
    h("h2", null, _("How was it for you?")),
    bond.over
      ? own && h("p", { class: "written" }, own.text)
      : form(
          { class: "stack", "data-key": own === null ? "debrief-new" : `debrief-${own.version ?? 0}` },
          keep,
          field(
            _("What was good, what was much, what you need"),
            { name: "debrief", rows: 5, maxlength: LONGEST, required: true },
            own?.shared ? _("Whoever took part can read it. Take the tick out, and they cannot.") : _("Only you can read it, until you share it."),
            "textarea",
            own?.text ?? "",
          ),
          own === null ? null : tick("share", _("Whoever took part may read it"), { required: false, checked: own.shared }),
          problemPlace(),
          h("button", { testid: "debrief-keep" }, own === null ? _("Keep it for me") : _("Keep it")),
        ),
  );
}

/** @param {Stage} stage */
function sharedDebriefs({ bond, scene }) {
  const theirs = scene.debriefs.filter(({ user_id: by, shared }) => by !== bond.me.user_id && shared);
  return theirs.map((each) =>
    h("section", { class: "box", testid: "shared-debrief", "data-key": `of-${each.user_id}` }, h("h2", null, _("How it was for {name}", { name: bond.nameOf(each.user_id) })), h("p", { class: "written" }, each.text)),
  );
}
