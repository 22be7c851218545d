/**
 * The contracts of a bond: all of them by line, one to read, a draft being written.
 * @module
 */

import { formView } from "./form.js";
import { listView } from "./list.js";
import { readingView } from "./reading.js";

/** @typedef {import("../parts.js").PartScreen} PartScreen */

/** @type {PartScreen} */
export const contractsPart = (place, here) => {
  if (here.row === null) return listView(place, here);
  return here.row === "new" ? formView(place, here) : readingView(place, here, here.row);
};
