/**
 * One evening of before: its cards as this seat saw them, one's own hearts, one's own note.
 * @module
 */

import { nameOf, otherSeat } from "../room/seats.js";
import { h, render } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { icon } from "../ui/icon.js";
import { notify } from "../ui/notices.js";
import { serverNow } from "../ui/servertime.js";
import { dayOf } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { playAgain, sameAgain } from "./again.js";
import { bothLoved, faceUp, loveOf, played, spread } from "./cards.js";
import { Keepsake } from "./keepsake.js";
import { noteButton, noteView } from "./note.js";

/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../room/protocol.js").RoomState} RoomState */
/** @typedef {import("./cards.js").Turn} Turn */

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
    cards(kept, state, turns, id),
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

/** @param {Keepsake} kept @param {RoomState} state @param {Turn[]} all @param {string} id */
function cards(kept, state, all, id) {
  const turns = played(all, state.summary?.kept ?? 0);
  if (turns.length === 0) return null;
  const love = (/** @type {Turn} */ turn) =>
    loveOf(state.my_feedback[String(turn.seq)]?.feedback, turn.activity_id, kept.favourites);
  const opened = turns.find((turn) => turn.seq === kept.opened);
  const table = {
    opened: kept.opened,
    open: (/** @type {number | null} */ seq) => kept.open(seq),
    name: (/** @type {"A" | "B"} */ seat) => nameOf(state, seat),
  };
  const toRoom = h(
    "a",
    { class: "button plain", href: `/room/${encodeURIComponent(id)}`, testid: "to-hearts" },
    icon("heart"),
    _("Say how it was"),
  );
  return h(
    "section",
    { class: "evening", "aria-label": _("The cards of this evening") },
    spread(turns, love, table),
    opened === undefined ? h("p", { class: "quiet", "data-key": "hint" }, _("Touch a card to see it again.")) : faceUp(state, opened, toRoom),
    bothLoved(turns, love),
  );
}

/** @param {Keepsake} kept @param {RoomState} state @param {string} partner */
function again(kept, state, partner) {
  const name = nameOf(state, otherSeat(state));
  const play = presses(async () => {
    const place = document.querySelector('[data-testid="about-evening"]');
    if (place === null) return;
    try {
      await playAgain(kept.app, place, sameAgain(state.settings), { user_id: partner, name });
    } catch (error) {
      notify(explain(error));
    }
  });
  return h("button", { class: "primary", testid: "again", onclick: play }, icon("again"), _("Again with {name}", { name }));
}
