/**
 * Every state that the gallery shows. A new screen, or a new state of one, is one entry in rooms.js (the room), bonds.js, back.js, tools.js, characters.js, notion.js or around.js (all else): its
 * address, who is here, what the server answers beyond the usual (answers.js) and which buttons bring it there. Nothing else has to know it.
 * @module
 */

import { AROUND } from "./around.js";
import { BACK } from "./back.js";
import { BONDS } from "./bonds.js";
import { BOND_WORDS } from "./bondwords.js";
import { CHARACTERS } from "./characters.js";
import { NOTIONS } from "./notion.js";
import { ROOMS } from "./rooms.js";
import { TOOLS } from "./tools.js";

/**
 * @typedef {object} State
 * @property {string} name in the gallery's address
 * @property {string} area
 * @property {string} path where the page stands
 * @property {import("../static/js/account/identity.js").Identity | null} who
 * @property {import("./answers.js").Answers} [answers] before the usual ones
 * @property {Record<string, string>} [kept] what the browser had kept
 * @property {import("../static/js/room/protocol.js").RoomState} [room]
 * @property {import("../static/js/room/protocol.js").ServerMessage[]} [then] said in the room after that
 * @property {"offline" | "cut" | "elsewhere"} [line] what becomes of the room's line
 * @property {string[]} [press] names of what is pressed then, one after the other
 * @property {string} [sees] the name of what is there in the end
 */

/** @type {readonly State[]} */
export const STATES = [...ROOMS, ...AROUND, ...BONDS, ...BACK, ...TOOLS, ...BOND_WORDS, ...CHARACTERS, ...NOTIONS];
