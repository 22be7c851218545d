/**
 * The focus and the keys of a sheet over a screen: it takes the focus and gives it back, Escape closes it, and nothing behind it can be
 * pressed meanwhile.
 * @module
 */

export class Sheets {
  /** @type {string | null} what lies over the screen */
  #over = null;
  /** @type {string | null} what had the focus when it came */
  #opener = null;
  /** @type {() => void} */
  close = () => {};

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** Draw, and put the focus where it belongs then. @param {string | null} over its name @param {() => void} draw */
  around(over, draw) {
    const had = document.activeElement?.getAttribute("data-testid") ?? null;
    draw();
    document.querySelector(".tabs")?.toggleAttribute("inert", over !== null);
    if (over === this.#over) return;
    if (over !== null) {
      this.#opener = this.#over === null ? had : this.#opener;
      this.#focus(".drawer h2, h1[tabindex]");
    } else if (this.#opener !== null) this.#focus(`[data-testid="${this.#opener}"]`);
    this.#over = over;
  }

  /** @param {string} selector */
  #focus(selector) {
    /** @type {HTMLElement | null} */ (this.root.querySelector(selector))?.focus({ preventScroll: true });
  }

  /** @returns {() => void} */
  watch() {
    const escape = (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape" && this.#over !== null) this.close();
    };
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }
}
