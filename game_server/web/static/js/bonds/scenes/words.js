/**
 * What a scene is, and what its people said to it.
 * @module
 */

import { moment } from "../../ui/time.js";
import { _, ngettext } from "../../ui/tongue.js";

/** @typedef {"planned" | "agreed" | "done" | "called_off"} Status */
/** @typedef {{name: string, keys?: string[], with: string[], notes?: string | null}} Activity */
/** @typedef {{user_id: string, text: string | null, shared: boolean, version?: number}} Debrief text null: nobody can open it */
/**
 * @typedef {object} Scene
 * @property {string} id
 * @property {number} version
 * @property {string} title
 * @property {string | null} scene_date
 * @property {number | null} duration_minutes
 * @property {Activity[]} activities
 * @property {string | null} consent_details
 * @property {string | null} notes
 * @property {Status} status
 * @property {string | null} created_by
 * @property {boolean} aftercare_provided
 * @property {string | null} aftercare_notes
 * @property {string | null} logged_at
 * @property {string} created_at
 * @property {boolean} [held] a limit is in its way now
 * @property {string[]} participants
 * @property {string[]} confirmed_by who said yes to it as it is
 * @property {Debrief[]} debriefs one's own, and those that others share
 */

/** @type {Readonly<Record<Status, string>>} */
export const STATES = {
  planned: _("Planned"),
  agreed: _("Agreed"),
  done: _("Done"),
  called_off: _("Called off"),
};

/** @param {Scene} scene */
export function standing({ status, held }) {
  if (held) return _("Something in it touches a limit now. Plan it anew, without that.");
  switch (status) {
    case "planned":
      return _("A plan. It is agreed when everybody in it has said yes to it.");
    case "agreed":
      return _("Everybody in it said yes. Each of you can take that back, before it and in the middle of it.");
    case "done":
      return _("It is over. What comes after belongs to it.");
    case "called_off":
      return _("It is called off. Nobody has to say why.");
  }
}

/** @param {Scene} scene @returns {string} */
export function whenWords({ scene_date: at, duration_minutes: minutes }) {
  const day = at === null ? _("No day yet") : moment(at);
  return minutes === null ? day : _("{day}, {how_long}", { day, how_long: lengthWords(minutes) });
}

/** @param {number} minutes */
function lengthWords(minutes) {
  if (minutes < 60) return ngettext("{n} minute", "{n} minutes", minutes);
  return minutes % 60 === 0 ? ngettext("{n} hour", "{n} hours", minutes / 60) : _("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** Is it still to come? @param {Scene} scene @param {number} now milliseconds */
export function isToCome({ status, scene_date: at }, now) {
  return (status === "planned" || status === "agreed") && (at === null || Date.parse(at) > now);
}
