/**
 * A bond's own page: how everybody is, what waits, and the ways to all that is in it.
 * @module
 */

import { h, render } from "../ui/dom.js";
import { linksBox } from "./links.js";
import { stateChoice } from "./safety.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./parts.js").PartScreen} PartScreen */

/** @type {PartScreen} */
export const homePart = (place, here) => {
  const draw = () =>
    render(
      place,
      h("section", { class: "box", testid: "how-i-am" }, h("h2", null, _("How are you?")), stateChoice(here.bond, here.changed)),
      linksBox(here.bond),
    );
  here.heard(draw);
  draw();
  return () => {};
};
