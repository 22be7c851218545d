/**
 * The focus follows the phase: whoever cannot see that the screen changed stands at its new heading, and never nowhere.
 *
 * A finger or a key on pause or stop stays there while others move the game on; only what they lead to takes it away.
 * @module
 */

/** @typedef {import("./room.js").Room} Room */

const HALTED = new Set(["halted", "paused", "stopped", "ended"]);

export class Focus {
  /** @type {string | null} */
  #phase = null;
  /** @type {number | null} */
  #card = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** Draw, and put the focus where it belongs then. @param {Room} room @param {() => void} draw */
  around(room, draw) {
    const had = this.#held();
    draw();
    const phase = room.halted === null ? (room.fold.state?.phase ?? null) : "halted";
    const card = room.fold.state?.card_seq ?? null;
    const [phaseBefore, cardBefore] = [this.#phase, this.#card];
    this.#phase = phase;
    this.#card = card;
    const begins = phaseBefore !== null && phase !== phaseBefore;
    if (begins || (had && !this.#held())) this.#toHeading(phase ?? "");
    if (begins || (cardBefore !== null && card !== null && card !== cardBefore)) this.#intoView();
  }

  #held() {
    return this.root.contains(document.activeElement);
  }

  /** @param {string} phase */
  #toHeading(phase) {
    const onControls = document.activeElement?.closest(".controls") != null;
    if (onControls && !HALTED.has(phase)) return;
    this.root.querySelector("h1")?.focus({ preventScroll: true });
  }

  /** Scroll only when its beginning cannot be seen. */
  #intoView() {
    const section = this.root.querySelector(".phase");
    const top = section?.getBoundingClientRect().top ?? 0;
    if (top < 0 || top > innerHeight / 2) section?.scrollIntoView({ block: "start" });
  }
}
