/**
 * What falls over a room when the app is locked while a game is open: nothing of the game is on the page then, not even
 * hidden, but the way to the room stays open, and Pause and Stop can be pressed without a PIN.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { _ } from "../ui/tongue.js";
import { press } from "../room/press.js";
import { otherSeat } from "../room/seats.js";

/** @typedef {import("../room/room.js").Room} Room */

class Curtain {
  down = false;
  /** @type {(() => void) | null} draws the room that is open */
  #draw = null;

  /** Is there a room for it to fall over? */
  get hangs() {
    return this.#draw !== null;
  }

  /** A room is open. @param {() => void} draw @returns {() => void} it is left */
  hang(draw) {
    this.#draw = draw;
    return () => {
      this.#draw = null;
      this.down = false;
    };
  }

  /** @param {boolean} down */
  set(down) {
    this.down = down && this.hangs;
    this.#draw?.();
  }
}

export const curtain = new Curtain();

/** All that is left of a room behind it. @param {Room} room */
export function curtained(room) {
  const { state } = room.fold;
  const phase = state?.phase ?? "ended";
  const together = state !== null && phase !== "ended" && Boolean(state.seats[otherSeat(state)]?.name);
  const halted = room.halted ?? (phase === "stopped" ? "stop" : phase === "paused" ? "pause" : null);
  return h(
    "article",
    { class: "room curtained", testid: "curtained", "data-halted": halted ?? "" },
    together
      ? h(
          "section",
          { class: "dock", testid: "locked-dock", "aria-label": _("Pause and stop") },
          halt(room, "pause", halted !== null, _("Pause")),
          halt(room, "stop", halted === "stop", _("Stop")),
        )
      : null,
  );
}

/** @param {Room} room @param {"pause" | "stop"} kind @param {boolean} done @param {string} word */
function halt(room, kind, done, word) {
  const onclick = () => room.send({ t: kind });
  return press({ class: kind, testid: `locked-${kind}`, off: done, onclick }, icon(kind), h("span", null, word));
}
