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
  /** @type {string | null} the sheet that lies over the room */
  #sheet = null;
  /** @type {string | null} what had the focus when a sheet came */
  #opener = null;
  /** What the heading says that the latest drawing gave the focus to: a screen reader reads it by that alone. */
  #heard = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** Draw, and put the focus where it belongs then. @param {Room} room @param {() => void} draw */
  around(room, draw) {
    const had = this.#held();
    const from = document.activeElement?.getAttribute("data-testid") ?? null;
    this.#heard = "";
    draw();
    const hand = this.root.querySelector("[data-hand]")?.getAttribute("data-hand"); // whose turn it is to take the phone
    const phase = room.halted === null ? (hand ?? room.fold.state?.phase ?? null) : "halted";
    const card = room.fold.state?.card_seq ?? null;
    const [phaseBefore, cardBefore] = [this.#phase, this.#card];
    this.#phase = phase;
    this.#card = card;
    const begins = phaseBefore !== null && phase !== phaseBefore;
    if (this.#sheets(from)) return;
    if (begins || (had && !this.#held())) this.#toHeading(phase ?? "");
    if (begins || (cardBefore !== null && card !== null && card !== cardBefore)) this.#intoView();
  }

  /** Has the focus just told this, so that it need not be announced as well? @param {string} text */
  tells(text) {
    return text !== "" && bare(text) === bare(this.#heard);
  }

  /** A sheet takes the focus, and gives it back. @param {string | null} from what had it @returns {boolean} is it settled? */
  #sheets(from) {
    const drawer = this.root.querySelector(".drawer");
    const [before, now] = [this.#sheet, drawer?.getAttribute("data-testid") ?? null];
    this.#sheet = now;
    if (now === before) return now !== null && this.#held();
    if (now !== null) {
      this.#opener = before === null ? from : this.#opener;
      this.#to(drawer?.querySelector("h2") ?? null);
      return true;
    }
    const opener = /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-testid="${this.#opener}"]`));
    this.#opener = null;
    opener?.focus({ preventScroll: true });
    return opener !== null && document.activeElement === opener;
  }

  #held() {
    const holds = document.activeElement;
    return this.root.contains(holds) && holds !== this.root && holds?.closest("[inert]") === null;
  }

  /** @param {string} phase */
  #toHeading(phase) {
    const onFloor = document.activeElement?.closest(".dock") != null;
    if (onFloor && !HALTED.has(phase)) return;
    this.#to(this.root.querySelector("h1"));
  }

  /** @param {HTMLElement | null} heading */
  #to(heading) {
    if (heading === null || heading === document.activeElement) return;
    heading.focus({ preventScroll: true });
    this.#heard = heading.textContent ?? "";
  }

  /** Scroll only when its beginning cannot be seen. */
  #intoView() {
    const section = this.root.querySelector(".phase");
    const top = section?.getBoundingClientRect().top ?? 0;
    if (top < 0 || top > innerHeight / 2) section?.scrollIntoView({ block: "start" });
  }
}

/** Without the stop at its end. @param {string} sentence */
function bare(sentence) {
  return sentence.replace(/[.…]$/, "").trim();
}
