/**
 * The scenes of a bond: what is planned, one with all that belongs to it, a plan being made.
 * @module
 */

import { formView } from "./form.js";
import { listView } from "./list.js";
import { readingView } from "./reading.js";

/** @typedef {import("../parts.js").PartScreen} PartScreen */

/** @type {PartScreen} */
export const scenesPart = (place, here) => {
  if (here.row === null) return listView(place, here);
  return here.row === "new" ? formView(place, here) : readingView(place, here, here.row);
};
