/**
 * The card on screen, how far the game is, and what a player thought of the card before.
 * @module
 */

import { h } from "../ui/dom.js";
import { heading, press } from "./press.js";
import { forSeat, nameOf } from "./seats.js";
import { LEVELS, TYPES } from "./words.js";

/** @typedef {import("./protocol.js").Feedback} Feedback */
/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

/** @type {Readonly<Record<Feedback, string>>} */
const OPINIONS = { like: "Liked it", neutral: "It was all right", dislike: "Not for me" };

const ONLY_YOU = "Only you see what you say here. A card that both of you liked stands under “Our cards” when you are connected.";

/** @param {RoomState} state */
export function progress(state) {
  const left = leftToday(state);
  return h(
    "div",
    { class: "progress" },
    h("progress", { max: state.target, value: Math.max(0, state.step - 1), "aria-label": "Progress" }),
    h(
      "p",
      null,
      h("span", { testid: "step" }, `Card ${state.step} of ${state.target}`),
      left === null ? null : h("small", { testid: "remaining" }, left),
    ),
  );
}

/** @param {RoomState} state @returns {string | null} before the first card nobody has counted */
function leftToday({ remaining, card }) {
  if (typeof remaining === "number") return `${remaining} left today`;
  return card === null ? null : "No limit: premium for both";
}

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
export function cardView(room, state, aside) {
  const { card } = state;
  if (card === null || state.card_seq === null) return h("p", { class: "quiet" }, "The next card is on its way …");
  const on = state.card_seq;
  const waiting = room.outbox.has("complete") || room.outbox.has("skip");
  const answer = (/** @type {"complete" | "skip"} */ t) => () => room.send({ t, on });
  return [
    h(
      "article",
      { class: "game-card", testid: "card", "data-card-seq": on, "aria-label": "The card" },
      h(
        "header",
        null,
        heading(TYPES[card.type], { class: "kind", testid: "card-type" }),
        h("span", { class: "badge", testid: "card-level" }, LEVELS[card.rating].name),
      ),
      h(
        "ol",
        { testid: "card-steps" },
        card.script.steps.map((step) =>
          h(
            "li",
            null,
            h("strong", { class: "actor" }, step.actor === state.seat ? "You" : nameOf(state, step.actor)),
            h("p", null, step.do),
          ),
        ),
      ),
    ),
    h(
      "div",
      { class: "card-actions" },
      press({ class: "primary", testid: "done", off: waiting, onclick: answer("complete") }, "Done"),
      press({ testid: "another", off: waiting, onclick: answer("skip") }, "Another"),
    ),
    aside.nudged ? nudge(room, state, aside) : null,
  ];
}

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
function nudge(room, state, aside) {
  const lower = state.level === "X" ? "R" : "G";
  const calm = () => aside.change({ nudged: false });
  const lowerLevel = () => {
    calm();
    room.send({ t: "propose_level", level: lower });
  };
  const talk = () => {
    calm();
    room.send({ t: "pause" });
  };
  return h(
    "aside",
    { class: "card-like", testid: "nudge", "aria-label": "What would help?" },
    h("p", null, "A few cards were not right. What would help?"),
    state.level === "G"
      ? null
      : press({ testid: "nudge-lower", onclick: lowerLevel }, `Go down to ${LEVELS[lower].name}`),
    press({ testid: "nudge-talk", onclick: talk }, "Pause and talk"),
    h("a", { class: "button", href: "/limits", testid: "nudge-limits" }, "Look at my limits"),
    press({ class: "plain", testid: "nudge-continue", onclick: calm }, "Just go on"),
  );
}

/**
 * The latest card that is resolved; asked quietly, changed at will.
 * @param {Room} room
 * @param {RoomState} state
 */
export function feedbackPanel(room, state) {
  const turn = state.phase === "ended" ? (state.summary?.kept ?? 0) : state.turn - 1;
  if (turn < 1) return null;
  const mine = state.my_feedback[String(turn)] ?? {};
  const executed = mine.executed ?? true;
  const tell = (/** @type {Feedback} */ feedback, /** @type {boolean} */ did) =>
    room.send({ t: "feedback", turn, feedback, executed: did, ...forSeat(state, state.seat) });
  return h(
    "details",
    { testid: "feedback", "data-key": `feedback-${turn}` },
    h(
      "summary",
      null,
      mine.feedback ? `Card ${turn}: ${OPINIONS[mine.feedback].toLowerCase()}` : `How was card ${turn}?`,
    ),
    h(
      "div",
      { class: "row" },
      /** @type {Feedback[]} */ (["like", "neutral", "dislike"]).map((each) =>
        press(
          {
            testid: `feedback-${each}`,
            "aria-pressed": mine.feedback === each,
            onclick: () => tell(each, executed),
          },
          OPINIONS[each],
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
      h("span", null, "We did it"),
    ),
    h("p", { class: "quiet" }, ONLY_YOU),
  );
}
