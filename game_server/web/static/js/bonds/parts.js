/**
 * What stands below a bond's address, `/bonds/{id}/{part}` and `/bonds/{id}/{part}/{row}`: a new part is an entry here, and a line on
 * the bond's own page (links.js).
 * @module
 */

import { _ } from "../ui/tongue.js";
import { backPart } from "./back/screen.js";
import { boundariesPart } from "./boundaries.js";
import { checkInPart } from "./checkin.js";
import { leavePart } from "./leave.js";
import { peoplePart } from "./people.js";
import { settingsPart } from "./settings.js";
import { TOOL_PARTS } from "./tools/part.js";
import { calendarPart } from "./calendar/screen.js";
import { contractsPart } from "./contracts/screen.js";
import { messagesPart } from "./messages/screen.js";
import { scenesPart } from "./scenes/screen.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./bond.js").Bond} Bond */
/** @typedef {import("./line.js").Change} Change */
/**
 * @typedef {object} Here where a part is shown, and what it shares with the others
 * @property {App} app
 * @property {Bond} bond loaded, with its members and what one may do
 * @property {string | null} row of the address
 * @property {(told: (change: Change) => void) => void} heard tells every change of the bond's while this part is shown; the bond itself is
 *   read anew before its own are told
 * @property {(title: string) => void} entitle another heading than the part's, such as what a row is called
 * @property {() => Promise<void>} changed one has changed the bond or oneself in it: read it anew, and show so around the part
 */
/**
 * A part fills `place` and answers how to leave it, as a screen does (`loading` of ui/loading.js, with a heading of null).
 * @typedef {(place: HTMLElement, here: Here) => () => void} PartScreen
 */
/** @typedef {{title: string, sign: string, screen: PartScreen}} Part sign: of `img/marks.svg` */

/** By their word in the address. @type {Readonly<Record<string, Part>>} */
export const PARTS = {
  people: { title: _("People"), sign: "us", screen: peoplePart },
  boundaries: { title: _("What we want, and what not"), sign: "limits", screen: boundariesPart },
  "check-in": { title: _("Check in"), sign: "heart", screen: checkInPart },
  settings: { title: _("Settings"), sign: "level", screen: settingsPart },
  leave: { title: _("Leave or end"), sign: "exit", screen: leavePart },
  ...TOOL_PARTS,
  messages: { title: _("Messages"), sign: "talk", screen: messagesPart },
  calendar: { title: _("Calendar"), sign: "calendar", screen: calendarPart },
  scenes: { title: _("Scenes"), sign: "moon", screen: scenesPart },
  contracts: { title: _("Contracts"), sign: "note", screen: contractsPart },
  "looking-back": { title: _("Looking back"), sign: "again", screen: backPart },
};

/** @param {string | undefined} name @returns {Part | null} */
export function partCalled(name) {
  return name !== undefined && Object.hasOwn(PARTS, name) ? (PARTS[name] ?? null) : null;
}

/** What stands where an address of a bond's leads nowhere. */
export const NOWHERE = _("This address leads nowhere in this bond.");
