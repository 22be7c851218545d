/**
 * What each phase of a room shows between the names and the controls.
 * @module
 */

import { invitationCard, wordsCard } from "../pairing/invitation.js";
import { h } from "../ui/dom.js";
import { heading, press } from "./press.js";
import { clock, secondsLeft } from "../ui/time.js";
import { cardView, feedbackPanel, progress } from "./card.js";
import { forSeat, isGone, nameOf, otherSeat, speaksFor } from "./seats.js";
import { ENDINGS, LEVELS, TYPES } from "./words.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

const LONGER_MINUTES = 10;

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
export function phaseView(room, state, aside) {
  const inside = () => {
    switch (state.phase) {
      case "lobby":
        return lobby(room, state, aside);
      case "choosing":
        return [progress(state), choosing(room, state), feedbackPanel(room, state)];
      case "card":
        return [progress(state), cardView(room, state, aside), feedbackPanel(room, state)];
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
  return h("section", { class: "phase", "data-key": state.phase, testid: `phase-${state.phase}` }, inside());
}

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
function lobby(room, state, aside) {
  const other = otherSeat(state);
  const partner = state.seats[other];
  if (!partner?.name && aside.asked !== null) {
    const text = `${aside.asked} finds this game on their start page. It begins when both of you are ready.`;
    return [heading(`Waiting for ${aside.asked}`), h("p", { testid: "asked" }, text), settingsList(state)];
  }
  if (!partner?.name) {
    return [
      heading("Invite your partner"),
      invitationCard(aside.invitation, room.now(), aside.renewLink),
      settingsList(state),
    ];
  }
  const mine = state.seats[state.seat]?.ready === true;
  const words = partner.hosted ? null : state.words;
  const waiting = room.outbox.has("ready");
  return [
    heading(`${nameOf(state, other)} and you`),
    words === null ? null : [h("p", null, "Do both phones show the same three words?"), wordsCard(words)],
    settingsList(state),
    mine
      ? h("p", { class: "lead", testid: "waiting-ready" }, `You are ready. Waiting for ${nameOf(state, other)} …`)
      : [
          partner.ready && !partner.hosted
            ? h("p", { testid: "partner-ready" }, `${nameOf(state, other)} is ready.`)
            : null,
          press(
            { class: "primary", testid: "ready", off: waiting, onclick: () => room.send({ t: "ready" }) },
            readyLabel(partner, words),
          ),
        ],
  ];
}

/** @param {import("./protocol.js").SeatState} partner @param {string[] | null} words */
function readyLabel(partner, words) {
  if (partner.hosted) return "We are ready";
  return words === null ? "I am ready" : "Same words – I am ready";
}

/** @param {RoomState} state */
function settingsList(state) {
  const { settings } = state;
  const kinds = { random: "Truth and dare", truth: "Truth only", dare: "Dare only" };
  return h(
    "dl",
    { class: "settings", testid: "settings" },
    [
      ["Level", LEVELS[state.level].name],
      settings.rules?.apart === true ? ["Where", "far apart"] : [],
      ["Cards", `${state.target}, ${kinds[settings.activity_type].toLowerCase()}`],
      settings.activity_type === "random"
        ? ["Truth or dare", settings.type_choice === "spin" ? "by chance" : "your choice"]
        : [],
      ["Turns", settings.turn_order === "spin" ? "by chance" : "taken in turns"],
      settings.rules?.favourites === true ? ["First", "what you both liked"] : [],
    ].map(([term, value]) => (term ? h("div", null, h("dt", null, term), h("dd", null, value)) : null)),
  );
}

/** @param {Room} room @param {RoomState} state */
function choosing(room, state) {
  const active = state.active ?? "A";
  const name = nameOf(state, active);
  if (!speaksFor(state, active)) {
    return h(
      "div",
      { class: "turn" },
      heading(`${name}'s turn`, { testid: "their-turn" }),
      h("p", null, `${name} is choosing …`),
    );
  }
  const on = state.turn_seq ?? 0;
  const choose = (/** @type {"truth" | "dare" | "random"} */ type) => () =>
    room.send({ t: "choose", on, type, ...forSeat(state, active) });
  const waiting = room.outbox.has("choose");
  return h(
    "div",
    { class: "turn" },
    heading(active === state.seat ? "Your turn" : `${name}'s turn`, { testid: "your-turn" }),
    h("p", null, "What will it be?"),
    h(
      "div",
      { class: "big-choices" },
      /** @type {const} */ (["truth", "dare", "random"]).map((type) =>
        press({ testid: `choose-${type}`, off: waiting, onclick: choose(type) }, TYPES[type]),
      ),
    ),
  );
}

/** @param {Room} room @param {RoomState} state */
function paused(room, state) {
  return [
    heading("Paused"),
    h("p", null, "Take the time you need. It goes on when both of you say so."),
    resumeButtons(room, state),
  ];
}

/** @param {Room} room @param {RoomState} state */
function stopped(room, state) {
  const left = secondsLeft(state.cool_down_until, room.now());
  return [
    heading("Stopped"),
    h("p", null, "Nothing more will come unless both of you want it to."),
    h(
      "ul",
      { class: "aftercare", testid: "aftercare" },
      (state.aftercare ?? []).map((each) => h("li", null, each)),
    ),
    left > 0
      ? [
          h("p", null, "Time for each other: ", h("time", { testid: "cool-down" }, clock(left))),
          press(
            { testid: "lengthen", onclick: () => room.send({ t: "lengthen", minutes: LONGER_MINUTES }) },
            `${LONGER_MINUTES} minutes longer`,
          ),
        ]
      : resumeButtons(room, state),
  ];
}

/** @param {Room} room @param {RoomState} state */
function resumeButtons(room, state) {
  const seats = /** @type {Seat[]} */ ([state.seat, otherSeat(state)]);
  return seats.map((seat) => {
    const name = nameOf(state, seat);
    const wanted = state.resume_wanted.includes(seat);
    if (wanted) {
      const text = seat === state.seat ? "You are fine to go on." : `${name} is fine to go on.`;
      return h("p", { testid: `resume-wanted-${seat}` }, text);
    }
    if (!state.seats[seat]?.name || isGone(state, seat)) return null;
    if (!speaksFor(state, seat)) return h("p", { class: "quiet" }, `${name} has not said yet.`);
    const label = seat === state.seat ? "I am fine to go on" : `${name} is fine to go on`;
    const waiting = room.outbox.unanswered().some((each) => each.t === "resume" && (each.seat ?? state.seat) === seat);
    const resume = () => room.send({ t: "resume", on: state.halt_seq ?? 0, ...forSeat(state, seat) });
    const testid = seat === state.seat ? "resume" : `resume-${seat}`;
    return press({ class: "primary", testid, off: waiting, onclick: resume }, label);
  });
}

/** @param {Room} room @param {RoomState} state */
function limit(room, state) {
  const left = secondsLeft(state.resets_at, room.now());
  return [
    progress(state),
    heading("That was it for today"),
    h("p", null, "All of today's cards are played. Your game stays open."),
    h("p", null, "New cards in ", h("time", { testid: "resets-in" }, clock(left))),
    h("p", { class: "quiet" }, "If one of you has premium, you both go on at once. ", h("a", { href: "/plan", testid: "to-plan" }, "Your plan")),
    press({ class: "primary", testid: "try-again", onclick: () => room.send({ t: "ready" }) }, "Try again"),
    feedbackPanel(room, state),
  ];
}

/** @param {Room} room @param {RoomState} state */
function ended(room, state) {
  const { summary } = state;
  const { title, text } = ENDINGS[state.reason ?? "ended"];
  return [
    heading(title),
    h("p", { testid: "ending" }, text),
    summary === null || summary.kept === 0
      ? null
      : h(
          "dl",
          { class: "settings", testid: "summary" },
          [
            ["Cards", summary.kept],
            ["Truths", summary.truth],
            ["Dares", summary.dare],
            ["Minutes", summary.minutes],
          ].map(([term, value]) => h("div", null, h("dt", null, term), h("dd", null, value))),
        ),
    feedbackPanel(room, state),
    h("a", { class: "button primary", href: "/", testid: "home" }, "To the start"),
  ];
}
