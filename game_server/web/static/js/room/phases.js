/**
 * What each phase of a room shows between the names and the controls.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { calm, resumeButtons, said } from "./calm.js";
import { cardActions, cardOnTable } from "./card.js";
import { ended, limit, stopped } from "./ending.js";
import { feedbackPanel } from "./feedback.js";
import { lobby } from "./lobby.js";
import { heading, press } from "./press.js";
import { forSeat, isGone, nameOf, otherSeat, speaksFor } from "./seats.js";
import { thought } from "./thoughts.js";
import { TYPES } from "./words.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

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
        return ended(room, state, aside);
    }
  };
  return h("section", { class: "phase", "data-key": state.phase, testid: `phase-${state.phase}`, inert: under }, inside());
}

/** @type {Readonly<Record<string, string>>} */
const HINTS = { truth: _("Say something"), dare: _("Do something") };

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
      { class: "hand", role: "group", "aria-label": _("What will it be?") },
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
      h("p", null, _("{name} is choosing …", { name })),
      h("div", { class: "thought" }, h("small", null, _("Meanwhile")), h("p", { testid: "thought" }, thought(state.turn, name))),
    ),
  );
}

/** @param {Room} room @param {RoomState} state */
function paused(room, state) {
  return [
    calm(
      h("div", { class: "card-back rest", "aria-hidden": true }),
      heading(_("Paused")),
      h("p", null, isGone(state, otherSeat(state)) ? _("Take the time you need.") : _("Take the time you need. It goes on when both of you say so.")),
      said(state),
    ),
    h("div", { class: "act" }, resumeButtons(room, state, "primary")),
  ];
}
