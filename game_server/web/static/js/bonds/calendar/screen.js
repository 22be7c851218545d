/**
 * The calendar of a bond: all of it, one date, a date being written.
 * @module
 */

import { formView } from "./form.js";
import { overview } from "./overview.js";
import { readingView } from "./reading.js";

/** @typedef {import("../parts.js").PartScreen} PartScreen */

/** @type {PartScreen} */
export const calendarPart = (place, here) => {
  if (here.row === null) return overview(place, here);
  return here.row === "new" ? formView(place, here) : readingView(place, here, here.row);
};
