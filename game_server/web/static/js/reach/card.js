/**
 * Whether this browser is told while the page is closed. Shown only where the server can, and the browser too.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { canBeReached, isReached, leaveAlone, reach, serverKey } from "./browser.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */

const REFUSED = _("This browser does not let us. You can allow it in its settings for this page.");

/** @param {App} app whoever is here has an account */
export function browserCard(app) {
  const place = h("div", { testid: "reach-browser", "data-live": true });
  if (canBeReached()) void fill(app, place);
  return place;
}

/** @param {App} app @param {HTMLElement} place */
async function fill(app, place) {
  try {
    const key = await serverKey(app);
    if (key !== null) draw(app, place, key, await isReached(app));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // then there is nothing to offer
  }
}

/** @param {App} app @param {HTMLElement} place @param {string} key @param {boolean} on */
function draw(app, place, key, on) {
  const press = presses(async () => {
    try {
      const now = on ? await leaveAlone(app).then(() => false) : await reach(app, key);
      if (!on && !now) notify(REFUSED);
      draw(app, place, key, now);
    } catch (error) {
      if (error instanceof DOMException) notify(REFUSED);
      else notify(explain(error));
    }
  });
  render(
    place,
    h(
      "section",
      { class: "card-like" },
      h("h2", null, _("This browser")),
      h(
        "p",
        { testid: "reach-state" },
        on
          ? _("It tells you while the page is closed, as you chose above.")
          : _("It tells you nothing while the page is closed."),
      ),
      h("button", { testid: "reach-switch", onclick: press }, on ? _("Do not tell me here") : _("Tell me here")),
    ),
  );
}
