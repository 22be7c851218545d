/**
 * The floor of the room: pause, one's own limits and stop, in every phase at the same place and above every sheet. The limits lie
 * between the two rights, so that neither is hit by accident while reaching for the other.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { tap } from "../ui/motion.js";
import { press } from "./press.js";
import { otherSeat } from "./seats.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

const FELT_MS = { pause: 30, stop: 60 };

/**
 * Pause and stop are there whenever two people are; pressed again they take back a "fine to go on".
 * @param {Room} room
 * @param {RoomState} state
 * @param {Aside} aside
 */
export function dock(room, state, aside) {
  const together = Boolean(state.seats[otherSeat(state)]?.name);
  const still = state.resume_wanted.length === 0;
  const stopped = room.halted === "stop" || (state.phase === "stopped" && still);
  const paused = stopped || room.halted === "pause" || (state.phase === "paused" && still);
  const halt = (/** @type {"pause" | "stop"} */ t) => () => {
    tap(FELT_MS[t]);
    aside.change({ sheet: null });
    room.send({ t });
  };
  return h(
    "section",
    { class: "dock", testid: "dock", "aria-label": _("Pause and stop") },
    together
      ? press(
          { class: "pause", testid: "pause", off: paused, onclick: halt("pause") },
          icon("pause"),
          h("span", null, state.phase === "paused" && !still ? _("Stay paused") : _("Pause")),
        )
      : null,
    press(
      {
        class: "limits",
        testid: "room-limits",
        "aria-expanded": aside.sheet === "limits",
        onclick: () => aside.change({ sheet: aside.sheet === "limits" ? null : "limits" }),
      },
      icon("limits"),
      h("span", null, _("My limits")),
    ),
    together
      ? press(
          { class: "stop", testid: "stop", off: stopped, onclick: halt("stop") },
          icon("stop"),
          h("span", null, _("Stop")),
        )
      : null,
  );
}
