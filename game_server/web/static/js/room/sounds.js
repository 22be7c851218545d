/**
 * What sounds in a room: a card that turns, a clock that ends, one's own turn while nobody looks. Never a skip, a limit, a proposal or a
 * stop; and whatever halts the game ends every sound with it.
 * @module
 */

import { h } from "../ui/dom.js";
import { LEAD_MS } from "../ui/motion.js";
import { _ } from "../ui/tongue.js";
import { clockOf } from "./clock.js";
import { speaksFor } from "./seats.js";

/** @typedef {import("./protocol.js").RoomEvent} RoomEvent */
/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("../ui/sound.js").Sound} Sound */
/** @typedef {"paper" | "bowl" | "soft bowl"} Tone */

/**
 * @param {RoomEvent} event
 * @param {RoomState} state after it
 * @param {boolean} hidden does nobody look at the page?
 * @returns {Tone | null}
 */
export function toneOf(event, state, hidden) {
  if (event.t === "card_shown") return hidden ? null : "paper";
  if (event.t === "turn_began" && hidden) return speaksFor(state, event.active) ? "soft bowl" : null;
  return null;
}

export class RoomSounds {
  /** @type {number | null} the turn whose clock runs */
  #runs = null;

  /** @param {Sound} sound @param {() => void} changed */
  constructor(sound, changed) {
    this.sound = sound;
    this.changed = changed;
  }

  /** An event, live or caught up with. @param {{e: RoomEvent}} message @param {Room} room */
  told({ e: event }, room) {
    if (event.t === "stopped" || event.t === "paused" || event.t === "card_withdrawn") return this.sound.cut();
    const { state } = room.fold;
    if (state === null || room.connection.status !== "live" || room.halted !== null) return;
    const tone = toneOf(event, state, document.visibilityState === "hidden");
    if (tone === "paper") this.sound.paper(LEAD_MS / 1000);
    else if (tone !== null) this.sound.bowl(true);
  }

  /** What the room shows now. @param {Room} room */
  drawn(room) {
    const { state } = room.fold;
    if (room.halted !== null) {
      this.#runs = null;
      return this.sound.cut();
    }
    const stands = state === null ? undefined : clockOf(state, room.now())?.stands;
    const turn = state?.timer?.turn ?? null;
    if (stands === "over" && turn !== null && turn === this.#runs) this.sound.bowl();
    this.#runs = stands === "running" ? turn : null;
  }

  rest() {
    this.sound.cut();
  }

  /** @param {boolean} on */
  ask(on) {
    this.sound.ask(on);
    this.changed();
  }
}

/** @param {RoomSounds} sounds */
export function soundSwitch(sounds) {
  const { on } = sounds.sound;
  return h(
    "label",
    { class: "tick" },
    h("input", { type: "checkbox", role: "switch", testid: "sound", checked: on, onchange: () => sounds.ask(!on) }),
    h("span", null, _("Sound on this phone"), h("small", null, _("Paper when a card turns, a bowl when a clock ends"))),
  );
}
