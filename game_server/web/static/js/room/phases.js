/**
 * What each phase of a room shows between the names and the controls.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { clock, secondsLeft } from "../ui/time.js";
import { calm } from "./calm.js";
import { cardActions, cardOnTable } from "./card.js";
import { feedbackPanel } from "./feedback.js";
import { lobby } from "./lobby.js";
import { disc } from "./people.js";
import { heading, press } from "./press.js";
import { forSeat, isGone, isReader, nameOf, otherSeat, speaksFor } from "./seats.js";
import { thought } from "./thoughts.js";
import { ENDINGS, counted, LIMIT_TITLE, TYPES } from "./words.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

export { calm };

const LONGER_MINUTES = 10;

/** @param {Room} room @param {RoomState} state @param {Aside} aside @param {boolean} under a sheet lies over it */
export function phaseView(room, state, aside, under) {
  const inside = () => {
    switch (state.phase) {
      case "lobby":
        return lobby(room, state, aside);
      case "choosing":
        return [choosing(room, state), aside.hands.hostReads(state) ? feedbackPanel(room, state) : null];
      case "card":
        return [cardOnTable(room, state, under), under ? null : cardActions(room, state), aside.hands.hostReads(state) ? feedbackPanel(room, state) : null];
      case "paused":
        return paused(room, state);
      case "stopped":
        return stopped(room, state);
      case "limit":
        return limit(room, state);
      case "ended":
        return ended(room, state);
    }
  };
  return h("section", { class: "phase", "data-key": state.phase, testid: `phase-${state.phase}`, inert: under }, inside());
}

/** @type {Readonly<Record<string, string>>} */
const HINTS = { truth: "Say something", dare: "Do something" };

/** @param {Room} room @param {RoomState} state */
function choosing(room, state) {
  const active = state.active ?? "A";
  const name = nameOf(state, active);
  if (!speaksFor(state, active)) return waits(state, name);
  const on = state.turn_seq ?? 0;
  const sent = room.outbox.unanswered().find((each) => each.t === "choose");
  const choose = (/** @type {"truth" | "dare" | "random"} */ type) => () =>
    room.send({ t: "choose", on, type, ...forSeat(state, active) });
  return h(
    "div",
    { class: "stage" },
    h(
      "div",
      { class: "hand", role: "group", "aria-label": "What will it be?" },
      /** @type {const} */ (["truth", "dare", "random"]).map((type) =>
        press(
          {
            class: HINTS[type] === undefined ? "pick wild" : "pick",
            testid: `choose-${type}`,
            off: sent !== undefined,
            "data-chosen": sent === undefined ? null : sent.t === "choose" && sent.type === type,
            onclick: choose(type),
          },
          icon(type === "random" ? "surprise" : type),
          h("span", null, TYPES[type]),
          HINTS[type] === undefined ? null : h("small", null, HINTS[type]),
        ),
      ),
    ),
  );
}

/** @param {RoomState} state @param {string} name who is choosing */
function waits(state, name) {
  return h(
    "div",
    { class: "stage" },
    h(
      "div",
      { class: "waits" },
      h("div", { class: "breathing", "aria-hidden": true }, h("i", null), h("i", null)),
      h("p", null, `${name} is choosing …`),
      h("div", { class: "thought" }, h("small", null, "Meanwhile"), h("p", { testid: "thought" }, thought(state.turn, name))),
    ),
  );
}

/** @param {Room} room @param {RoomState} state */
function paused(room, state) {
  return [
    calm(
      h("div", { class: "card-back rest", "aria-hidden": true }),
      heading("Paused"),
      h("p", null, isGone(state, otherSeat(state)) ? "Take the time you need." : "Take the time you need. It goes on when both of you say so."),
      said(state),
    ),
    resumeButtons(room, state),
  ];
}

/** @type {readonly string[]} */
const CARE_SIGNS = ["hand", "water", "talk"];

/** @param {Room} room @param {RoomState} state */
function stopped(room, state) {
  const left = secondsLeft(state.cool_down_until, room.now());
  return [
    calm(
      heading("Stopped"),
      h("p", null, "Nothing more will come unless both of you want it to."),
      h(
        "ul",
        { class: "aftercare", testid: "aftercare" },
        (state.aftercare ?? []).map((each, place) =>
          h("li", null, icon(CARE_SIGNS[place] ?? "warm"), h("span", null, each)),
        ),
      ),
      left > 0
        ? [
            h("p", null, h("time", { class: "dial", testid: "cool-down" }, clock(left))),
            h("p", { class: "quiet" }, "Time for each other"),
            press(
              { testid: "lengthen", onclick: () => room.send({ t: "lengthen", minutes: LONGER_MINUTES }) },
              `${LONGER_MINUTES} minutes longer`,
            ),
          ]
        : said(state),
    ),
    left > 0 ? null : resumeButtons(room, state),
  ];
}

/** Who is fine to go on. @param {RoomState} state */
function said(state) {
  if (isGone(state, otherSeat(state))) return null; // nobody is waited for
  const seats = /** @type {Seat[]} */ ([state.seat, otherSeat(state)]);
  return h(
    "ul",
    { class: "said" },
    seats.map((seat) => {
      if (!state.seats[seat]?.name) return null;
      const wanted = state.resume_wanted.includes(seat);
      const name = nameOf(state, seat);
      const mine = isReader(state, seat);
      const text = wanted
        ? mine ? "You are fine to go on." : `${name} is fine to go on.`
        : mine ? "You have not said yet." : `${name} has not said yet.`;
      return h(
        "li",
        wanted ? { testid: `resume-wanted-${seat}` } : { "data-key": `not-said-${seat}` },
        disc(state, seat, "small"),
        h("span", null, text),
        wanted ? icon("check") : null,
      );
    }),
  );
}

/** @param {Room} room @param {RoomState} state */
function resumeButtons(room, state) {
  const seats = /** @type {Seat[]} */ ([state.seat, otherSeat(state)]);
  return h(
    "div",
    { class: "act" },
    seats.map((seat) => {
      if (state.resume_wanted.includes(seat) || !speaksFor(state, seat)) return null;
      const label = isReader(state, seat) ? "I am fine to go on" : `${nameOf(state, seat)} is fine to go on`;
      const waiting = room.outbox.unanswered().some((each) => each.t === "resume" && (each.seat ?? state.seat) === seat);
      const resume = () => room.send({ t: "resume", on: state.halt_seq ?? 0, ...forSeat(state, seat) });
      const testid = seat === state.seat ? "resume" : `resume-${seat}`;
      return press({ class: "primary", testid, off: waiting, onclick: resume }, label);
    }),
  );
}

/** @param {Room} room @param {RoomState} state */
function limit(room, state) {
  const left = secondsLeft(state.resets_at, room.now());
  return [
    calm(
      h("div", { class: "card-back rest", "aria-hidden": true }),
      heading(LIMIT_TITLE),
      h("p", null, "All of today's cards are played. Your game stays open."),
      h("p", null, "New cards in ", h("time", { testid: "resets-in" }, clock(left))),
      h(
        "p",
        { class: "quiet" },
        "If one of you has premium, you both go on at once. ",
        h("a", { href: "/plan", testid: "to-plan" }, "Your plan"),
      ),
    ),
    press({ class: "primary", testid: "try-again", onclick: () => room.send({ t: "ready" }) }, "Try again"),
    feedbackPanel(room, state),
  ];
}

/** After a stop nothing but care; else what the evening was, without a count of either of them. @param {Room} room @param {RoomState} state */
function ended(room, state) {
  const { summary } = state;
  const { title, text } = ENDINGS[state.reason ?? "ended"];
  return [
    calm(
      heading(title),
      h("p", { testid: "ending" }, text),
      summary === null || summary.kept === 0 ? null : h("p", { class: "lead", testid: "summary" }, evening(summary)),
    ),
    feedbackPanel(room, state),
    h("a", { class: "button primary", href: "/", testid: "home" }, "To the start"),
  ];
}

/** The only numbers of an evening. @param {import("./protocol.js").Summary} summary */
function evening({ kept, minutes }) {
  const cards = counted(kept, "card");
  return minutes === 0 ? `${cards}.` : `${cards}, ${counted(minutes, "minute").toLowerCase()}.`;
}
