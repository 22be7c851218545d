/**
 * One evening of before: its cards as this seat saw them, one's own hearts, one's own note.
 * @module
 */

import { playAgain, sameAgain } from "../evening/again.js";
import { cardsOf } from "../evening/cards.js";
import { Keepsake } from "../evening/keepsake.js";
import { noteButton, noteView } from "../evening/note.js";
import { facesOf } from "../room/faces.js";
import { nameOf, otherSeat } from "../room/seats.js";
import { attempts } from "../ui/attempt.js";
import { h, render } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { serverNow } from "../ui/servertime.js";
import { dayOf } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";

/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../room/protocol.js").RoomState} RoomState */

/** @param {string} id of its session @returns {Screen} */
export function eveningScreen(id) {
  return (root, app) => {
    let here = true;
    const draw = () => {
      if (here) render(root, page(kept, id));
    };
    const kept = new Keepsake(app, id, draw);
    void kept.read();
    draw();
    return () => {
      here = false;
      kept.rest();
    };
  };
}

/** @param {Keepsake} kept @param {string} id */
function page(kept, id) {
  const { state, turns } = kept;
  const heading = (/** @type {string} */ title) =>
    h("header", null, h("a", { class: "back", testid: "back", href: "/evenings" }, _("‹ Our evenings")), h("h1", null, title));
  if (state === null || turns === null) {
    if (kept.problem === null) return [heading(_("An evening")), h("p", { class: "quiet" }, _("One moment …"))];
    return [heading(_("An evening")), h("p", { class: "problem", role: "alert" }, kept.problem)];
  }
  const began = turns[0]?.created_at;
  return [
    heading(began === undefined ? _("An evening") : dayOf(began, serverNow())),
    h("p", { class: "quiet", testid: "about-evening" }, about(state)),
    state.reason === "stopped" ? h("p", null, _("You stopped, and that was right.")) : null,
    cards(kept, state, id),
    noteView(kept.note),
    h("div", { class: "side-by-side" }, kept.partner === null ? null : again(kept, state, kept.partner), noteButton(kept.note)),
  ];
}

/** @param {RoomState} state */
function about(state) {
  const name = nameOf(state, otherSeat(state));
  const kept = state.summary?.kept ?? 0;
  return kept === 0 ? _("With {name}", { name }) : ngettext("With {name}, {n} card", "With {name}, {n} cards", kept, { name });
}

/** @param {Keepsake} kept @param {RoomState} state @param {string} id */
function cards(kept, state, id) {
  return cardsOf(kept, state, facesOf(state), {
    told: (turn) => state.my_feedback[String(turn)]?.feedback,
    hint: _("Touch a card to see it again."),
    below: () =>
      h("a", { class: "button plain", href: `/room/${encodeURIComponent(id)}`, testid: "to-hearts" }, icon("heart"), _("Say how it was")),
  });
}

/** @param {Keepsake} kept @param {RoomState} state @param {string} partner */
function again(kept, state, partner) {
  const name = nameOf(state, otherSeat(state));
  const play = attempts('[data-testid="about-evening"]', (place) =>
    playAgain(kept.app, place, sameAgain(state.settings), { user_id: partner, name }),
  );
  return h("button", { class: "primary", testid: "again", onclick: play }, icon("again"), _("Again with {name}", { name }));
}
