/**
 * How a bond works and what it is called, and what happened to it. Who may not change it reads how it is.
 * @module
 */

import { h } from "../ui/dom.js";
import { field, form, problemPlace, text, tick } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { notify } from "../ui/notices.js";
import { ago } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { LONGEST_TITLE } from "./bond.js";
import { gentle } from "./commands.js";
import { kindWord } from "./words.js";

/** @typedef {import("./bond.js").Bond} Bond */
/** @typedef {import("./parts.js").Here} Here */
/** @typedef {import("./parts.js").PartScreen} PartScreen */
/**
 * @typedef {object} Settings
 * @property {boolean} auto_approve_members
 * @property {number} max_members
 * @property {number} invite_expires_after_days
 * @property {boolean} enable_points_system
 * @property {boolean} enable_rewards_system
 * @property {number} version
 */
/** @typedef {{id: string, action: string, user_id: string | null, created_at: string}} Happened */

const LONGEST_DESCRIPTION = 4000;
const DYAD = 2;
const MOST_MEMBERS = 12;
const MOST_DAYS = 30;
const SHOWN = 50;

/** Each with the name of whom it is about, and without one where that is nobody's business. @type {Readonly<Record<string, [string, string]>>} */
export const HAPPENED = {
  founded: [_("{name} began this bond"), _("This bond began")],
  joined: [_("{name} came in"), _("Somebody came in")],
  asked: [_("{name} asked to be let in"), _("Somebody asked to be let in")],
  invited: [_("{name} made a code to come in with"), _("A code to come in with was made")],
  invite_revoked: [_("{name} took the code back"), _("The code was taken back")],
  left: [_("{name} left"), _("Somebody left")],
  removed: [_("{name} was removed from the bond"), _("Somebody was removed from the bond")],
  transferred: [_("The bond was handed on to {name}"), _("The bond was handed on")],
  request_rejected: [_("A request was declined"), _("A request was declined")],
  dissolved: [_("The bond ended"), _("The bond ended")],
  paused: [_("The bond was paused"), _("The bond was paused")],
  resumed: [_("The bond went on"), _("The bond went on")],
  changed: [_("{name} changed what it is called"), _("What it is called was changed")],
  settings_changed: [_("{name} changed the settings"), _("The settings were changed")],
  rights_changed: [_("{name} changed somebody’s rights"), _("Somebody’s rights were changed")],
};
const SOMETHING = _("Something changed");

/** @type {PartScreen} */
export const settingsPart = (place, here) =>
  loading(
    place,
    () => null,
    async (draw) => {
      let known = await read(here);
      const reload = async () => {
        known = await read(here);
        draw(page(here, known, reload));
      };
      here.heard(({ table }) => (table === "bonds" || table === "bond_settings" || table === "bond_members" || table === null ? void reload().catch(gentle) : undefined));
      return page(here, known, reload);
    },
    { again: true },
  );

/** @typedef {{settings: Settings, happened: Happened[]}} Known */

/** @param {Here} here @returns {Promise<Known>} */
async function read({ app, bond }) {
  const [settings, { items: happened }] = await Promise.all([app.api.get(bond.api("/settings")), app.api.get(bond.api(`/activity?limit=${SHOWN}`))]);
  return { settings, happened };
}

/** @param {Here} here @param {Known} known @param {() => Promise<void>} reload */
function page(here, { settings, happened }, reload) {
  const { bond } = here;
  return [
    bond.may("bond.edit") ? nameForm(here) : aboutBox(bond),
    bond.may("settings.edit") ? settingsForm(here, settings, reload) : settingsBox(bond, settings),
    logBox(bond, happened),
  ];
}

/** @param {Here} here */
function nameForm({ app, bond, changed }) {
  const act = async (/** @type {FormData} */ data) => {
    const description = text(data, "description");
    await app.api.patch(bond.api(), {
      name: text(data, "name"),
      description: description === "" ? null : description,
      is_private: !data.has("is_open"),
      version: bond.view.version,
    });
    notify(_("Saved."));
    await changed();
  };
  return form(
    { class: "box", testid: "bond-about" },
    act,
    h("h2", null, _("What it is")),
    field(_("Name"), { name: "name", required: true, maxlength: LONGEST_TITLE, value: bond.view.name ?? "", autocomplete: "off" }),
    field(_("In a few words"), { name: "description", rows: 3, maxlength: LONGEST_DESCRIPTION }, undefined, "textarea", bond.view.description ?? ""),
    tick("is_open", _("Who has a link to this bond may ask to be let in without a code"), { required: false, checked: !bond.view.is_private }),
    problemPlace(),
    h("button", { class: "primary", testid: "save-bond" }, _("Save")),
  );
}

/** @param {Bond} bond */
function aboutBox({ view }) {
  return h(
    "section",
    { class: "box", testid: "bond-about" },
    h("h2", null, _("What it is")),
    h("p", null, kindWord(view.bond_type)),
    view.description === null ? null : h("p", { class: "said" }, view.description),
  );
}

/** @param {Here} here @param {Settings} settings @param {() => Promise<void>} reload */
function settingsForm({ app, bond }, settings, reload) {
  const most = bond.view.bond_type === "dyad" ? null : field(_("Most members"), { name: "max_members", type: "number", min: DYAD, max: MOST_MEMBERS, required: true, value: settings.max_members });
  const act = async (/** @type {FormData} */ data) => {
    await app.api.patch(bond.api("/settings"), {
      enable_points_system: data.has("enable_points_system"),
      enable_rewards_system: data.has("enable_rewards_system"),
      auto_approve_members: data.has("auto_approve_members"),
      invite_expires_after_days: Number(text(data, "invite_expires_after_days")),
      ...(most === null ? {} : { max_members: Number(text(data, "max_members")) }),
      version: settings.version,
    });
    notify(_("Saved."));
    await reload();
  };
  return form(
    { class: "box", testid: "bond-settings" },
    act,
    h("h2", null, _("How it works")),
    tick("enable_points_system", _("We use points"), { required: false, checked: settings.enable_points_system }),
    tick("enable_rewards_system", _("We use rewards"), { required: false, checked: settings.enable_rewards_system }),
    tick("auto_approve_members", _("While I am alone here, whoever has my code comes in at once"), { required: false, checked: settings.auto_approve_members }),
    field(_("Days that a code is good for"), { name: "invite_expires_after_days", type: "number", min: 1, max: MOST_DAYS, required: true, value: settings.invite_expires_after_days }),
    most,
    problemPlace(),
    h("button", { class: "primary", testid: "save-settings" }, _("Save")),
  );
}

/** @param {Bond} bond @param {Settings} settings */
function settingsBox(bond, settings) {
  const said = [
    settings.enable_points_system ? _("You use points.") : _("You do not use points."),
    settings.enable_rewards_system ? _("You use rewards.") : _("You do not use rewards."),
    ngettext("A code is good for {n} day.", "A code is good for {n} days.", settings.invite_expires_after_days),
    bond.view.bond_type === "dyad" ? null : ngettext("There is room for {n} person.", "There is room for {n} people.", settings.max_members),
  ];
  return h(
    "section",
    { class: "box", testid: "bond-settings" },
    h("h2", null, _("How it works")),
    said.map((each) => (each === null ? null : h("p", null, each))),
    h("p", { class: "quiet" }, _("Whoever looks after the bond may change it.")),
  );
}

/** @param {Bond} bond @param {Happened[]} happened */
function logBox(bond, happened) {
  if (happened.length === 0) return null;
  return h(
    "section",
    { class: "box", testid: "bond-log" },
    h("h2", null, _("What happened")),
    h(
      "ul",
      { class: "rows" },
      happened.map((each) => h("li", { class: "said-day", "data-key": each.id }, h("p", null, wordsOf(bond, each)), h("p", { class: "quiet" }, ago(each.created_at, Date.now())))),
    ),
  );
}

/** @param {Bond} bond @param {Happened} happened */
function wordsOf(bond, { action, user_id: id }) {
  const [named, unnamed] = HAPPENED[action] ?? [SOMETHING, SOMETHING];
  return id === null ? unnamed : named.replace("{name}", bond.nameOf(id));
}
