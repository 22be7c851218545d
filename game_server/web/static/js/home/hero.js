/**
 * The one thing to press on the start page: an evening with whom one played last, or an invitation. Everything else about it has good
 * defaults, and can be chosen below.
 * @module
 */

import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { openGame } from "./newgame.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./home.js").Partner} Partner */

/** @param {App} app @param {Partner[]} partners whom one played with last is first */
export function hero(app, partners) {
  const partner = partners[0];
  const play = presses(async () => {
    const place = document.querySelector(".hero");
    if (place === null) return;
    const asked = partner === undefined ? { link: true } : { user_id: partner.user_id };
    try {
      await openGame(app, place, { settings: {}, partner: asked }, partner);
    } catch (error) {
      notify(explain(error));
    }
  });
  return h(
    "section",
    { class: "hero", testid: "hero" },
    h("h2", null, partner === undefined ? "An evening for two" : `An evening with ${partner.name}`),
    h("p", null, "25 cards, truth and dare, Warm, in turns. You can choose otherwise below."),
    h(
      "button",
      { class: "primary", testid: "play-now", onclick: play },
      partner === undefined ? "Invite your partner" : `Play with ${partner.name}`,
    ),
  );
}
