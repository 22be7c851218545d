/**
 * The two seats and the levels, as what lies on the table afterwards shows them.
 * @module
 */

import { _ } from "../ui/tongue.js";
import { heat } from "./card.js";
import { disc } from "./people.js";
import { isReader, nameOf } from "./seats.js";

/** @typedef {import("../evening/cards.js").Faces} Faces */

/** @param {import("./protocol.js").RoomState} state @returns {Faces} */
export function facesOf(state) {
  return {
    name: (seat) => nameOf(state, seat),
    who: (seat) => [disc(state, seat, "small"), isReader(state, seat) ? _("You") : nameOf(state, seat)],
    heat,
  };
}
