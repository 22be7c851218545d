/**
 * Three cards in a row were not right: what would help?
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { drawer } from "./drawer.js";
import { press } from "./press.js";
import { LEVELS, NUDGE_TITLE } from "./words.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
export function nudgeDrawer(room, state, aside) {
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
  return drawer(
    { testid: "nudge", title: NUDGE_TITLE, close: calm, word: _("Just go on") },
    h("p", { class: "quiet" }, _("A few cards went by. What would help?")),
    state.level === "G"
      ? null
      : press({ testid: "nudge-lower", onclick: lowerLevel }, icon("down"), _("Go down to {name}", { name: LEVELS[lower].name })),
    press({ testid: "nudge-talk", onclick: talk }, icon("talk"), _("Pause and talk")),
    press(
      { testid: "nudge-limits", onclick: () => aside.change({ nudged: false, sheet: "limits" }) },
      icon("limits"),
      _("Look at my limits"),
    ),
  );
}
