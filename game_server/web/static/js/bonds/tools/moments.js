/**
 * Points in time as a phone's owner writes them: by the clock on their wall, whose zone is said beside.
 * @module
 */

import { _, locale } from "../../ui/tongue.js";

/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/** For a field of date and time. @param {string | null | undefined} at RFC 3339 @returns {string} such as 2026-11-30T20:15 */
export function asLocal(at) {
  if (!at) return "";
  const when = new Date(at);
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  return `${day}T${two(when.getHours())}:${two(when.getMinutes())}`;
}

/** @param {string} local as such a field gives it @returns {string | null} RFC 3339; null: nothing that is a time */
export function asMoment(local) {
  const when = new Date(local);
  return local === "" || Number.isNaN(when.getTime()) ? null : when.toISOString();
}

/** The zone of the phone, as people call it. */
export function zoneWords() {
  const [zone = ""] = new Intl.DateTimeFormat(locale(), { timeZoneName: "longGeneric" })
    .formatToParts(new Date())
    .flatMap(({ type, value }) => (type === "timeZoneName" ? [value] : []));
  return _("By your clock: {zone}", { zone });
}
