/**
 * The card on the table: a thing with a back, on a deck that gets thinner, and what one may do with it.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { hourOf } from "./arc.js";
import { clockView } from "./clock.js";
import { disc } from "./people.js";
import { heading, press } from "./press.js";
import { isReader, nameOf } from "./seats.js";
import { LEVEL_ORDER, LEVELS, TYPES } from "./words.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").Card} Card */
/** @typedef {import("./protocol.js").Level} Level */
/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */

const SHORT = 90; // letters
const LONG = 110;
const LATE = ["peak", "afterglow"]; // the deck has got thin

/**
 * Face down there is no text of it on this phone: under a sheet, and before it is there.
 * @param {Room} room
 * @param {RoomState} state
 * @param {boolean} faceDown
 */
export function cardOnTable(room, state, faceDown) {
  const { card, card_seq: seq } = state;
  return h(
    "div",
    { class: "stage" },
    deck(state),
    card === null || seq === null || faceDown
      ? h("div", { class: "game-card", testid: "card-back", "aria-hidden": true }, h("div", { class: "card-back" }))
      : h(
          "article",
          { class: "game-card", testid: "card", "data-key": `card-${seq}`, "data-card-seq": seq, "data-active": card.active, "aria-label": _("The card") },
          h("div", { class: "turner" }, front(room, state, card), h("div", { class: "card-back", "aria-hidden": true })),
        ),
  );
}

/** @param {RoomState} state */
function deck({ step, target }) {
  const under = step >= target ? 0 : LATE.includes(hourOf(step, target)) ? 1 : 2;
  return h("div", { class: "deck", "aria-hidden": true }, Array.from({ length: under }, () => h("i", null)));
}

/** @param {Room} room @param {RoomState} state @param {Card} card */
function front(room, state, card) {
  const { steps } = card.script;
  const letters = Math.max(...steps.map((step) => step.do.length));
  const crowded = steps.length > 1 || letters > LONG;
  return h(
    "div",
    { class: "front", "data-length": crowded ? "long" : letters < SHORT ? "short" : "usual" },
    h("header", null, heading([icon(card.type), TYPES[card.type]], { class: "kind", testid: "card-type" }), heat(card.rating)),
    h(
      "ol",
      { testid: "card-steps" },
      steps.map((step) =>
        h(
          "li",
          null,
          h(
            "strong",
            { class: "actor", "data-seat": step.actor },
            disc(state, step.actor, "small"),
            isReader(state, step.actor) ? _("You") : nameOf(state, step.actor),
          ),
          h("p", null, step.do),
        ),
      ),
    ),
    clockView(room, state),
    h("div", { class: "foot" }, icon(card.type)),
  );
}

/** How warm it is, as dots and as a word. @param {Level} level */
export function heat(level) {
  const dots = LEVEL_ORDER.indexOf(level) + 1;
  return h(
    "span",
    { class: "heat", testid: "card-level" },
    h("span", { "aria-hidden": true }, LEVEL_ORDER.map((_, dot) => h("i", { "data-on": dot < dots }))),
    LEVELS[level].name,
  );
}

/** @param {Room} room @param {RoomState} state */
export function cardActions(room, state) {
  if (state.card === null || state.card_seq === null) return null;
  const on = state.card_seq;
  const answer = (/** @type {"complete" | "skip"} */ t) => () => room.send({ t, on });
  const waiting = room.outbox.has("complete") || room.outbox.has("skip");
  return h(
    "div",
    { class: "acts" },
    press({ class: "primary", testid: "done", off: waiting, onclick: answer("complete") }, icon("check"), _("Done")),
    press({ testid: "another", off: waiting, onclick: answer("skip") }, icon("another"), _("Another")),
  );
}
