/**
 * What a player thought of the card before: asked quietly, changed at will.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { press } from "./press.js";
import { forSeat } from "./seats.js";
import { _ } from "../ui/tongue.js";
import { within } from "./words.js";

/** @typedef {import("./protocol.js").Feedback} Feedback */
/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */

/** @type {Readonly<Record<Feedback, {word: string, sign: string}>>} */
const OPINIONS = {
  like: { word: _("Loved it"), sign: "heart" },
  neutral: { word: _("It was all right"), sign: "wave" },
  dislike: { word: _("Not for me"), sign: "close" },
};

const ONLY_YOU = _("Only you see what you say here. A card that both of you liked stands under “Our cards” when you are connected.");

/**
 * The latest card that is resolved.
 * @param {Room} room
 * @param {RoomState} state
 */
export function feedbackPanel(room, state) {
  const turn = state.phase === "ended" ? (state.summary?.kept ?? 0) : state.turn - 1;
  if (turn < 1) return null;
  const mine = state.my_feedback[String(turn)] ?? {};
  const between = state.phase !== "card" && state.reason !== "stopped"; // a card comes first, and so does care after a stop
  return h(
    "details",
    { testid: "feedback", "data-key": `feedback-${turn}-${between}`, open: between },
    h(
      "summary",
      null,
      mine.feedback ? _("Card {turn}: {opinion}", { turn, opinion: within(OPINIONS[mine.feedback].word) }) : _("How was card {turn}?", { turn }),
    ),
    opinions(room, state, turn),
    h("p", { class: "quiet" }, ONLY_YOU),
  );
}

/**
 * What one may say of a card that is resolved, and did say.
 * @param {Room} room
 * @param {RoomState} state
 * @param {number} turn
 */
export function opinions(room, state, turn) {
  const mine = state.my_feedback[String(turn)] ?? {};
  const executed = mine.executed ?? true;
  const tell = (/** @type {Feedback} */ feedback, /** @type {boolean} */ did) =>
    room.send({ t: "feedback", turn, feedback, executed: did, ...forSeat(state, state.seat) });
  return [
    h(
      "div",
      { class: "opinions" },
      /** @type {Feedback[]} */ (["like", "neutral", "dislike"]).map((each) =>
        press(
          {
            testid: `feedback-${each}`,
            "aria-pressed": mine.feedback === each,
            onclick: () => tell(each, executed),
          },
          icon(each === "like" && mine.feedback === each ? "heart-full" : OPINIONS[each].sign),
          h("span", null, OPINIONS[each].word),
        ),
      ),
    ),
    h(
      "label",
      { class: "tick" },
      h("input", {
        type: "checkbox",
        testid: "executed",
        checked: executed,
        onchange: () => tell(mine.feedback ?? "neutral", !executed),
      }),
      h("span", null, _("We did it")),
    ),
  ];
}
