/**
 * More of this evening: its level, a way home that leaves the game open, and its end.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { drawer } from "./drawer.js";
import { declinedSlip, levelPanel, proposalSlip } from "./level.js";
import { press } from "./press.js";
import { leftToday } from "./words.js";
import { soundSwitch } from "./sounds.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
export function moreDrawer(room, state, aside) {
  return drawer(
    { testid: "more-sheet", title: _("This evening"), close: () => aside.change({ sheet: null, asking: false }) },
    levelPanel(room, state, aside.hands.speaker(state)),
    proposalSlip(room, state) ?? declinedSlip(aside.question, state, room.wiring.drawn),
    remaining(state),
    soundSwitch(aside.sounds),
    h(
      "a",
      { class: "button", href: "/", testid: "home-for-a-moment" },
      h("span", null, _("Home for a moment")),
      h("small", null, _("The game stays open")),
    ),
    state.phase === "lobby" ? null : endControl(room, state, aside), // it stands on the page then
  );
}

/** @param {RoomState} state */
function remaining({ remaining: left, card }) {
  if (typeof left === "number") return h("p", { class: "quiet" }, leftToday(left));
  return card === null ? null : h("p", { class: "quiet" }, _("No limit: premium for both"));
}

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
export function endControl(room, state, aside) {
  const lobby = state.phase === "lobby";
  const label = !lobby ? _("End the game") : state.seat === "A" ? _("Close this game") : _("Decline");
  if (!aside.asking) {
    const ask = () => {
      aside.change({ asking: true });
      focusOn("end-no");
    };
    return press({ class: "plain", testid: "end", onclick: ask }, label);
  }
  const end = () => {
    aside.change({ asking: false, sheet: null });
    room.send({ t: "end" });
  };
  const rather = () => {
    aside.change({ asking: false });
    focusOn("end");
  };
  const question = lobby ? _("{label}: for both of you?", { label }) : _("End the game for both of you?");
  return h(
    "div",
    { class: "stack", testid: "sure", role: "group", "aria-label": question },
    h("p", null, question),
    h(
      "div",
      { class: "evenly" },
      press({ testid: "end-yes", onclick: end }, icon("exit"), _("Yes, end it")),
      press({ testid: "end-no", onclick: rather }, _("No")),
    ),
  );
}

/** What took the place of the button that was pressed. @param {string} testid */
function focusOn(testid) {
  /** @type {HTMLElement | null} */ (document.querySelector(`[data-testid="${testid}"]`))?.focus();
}
