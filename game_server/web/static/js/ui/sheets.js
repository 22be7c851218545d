/**
 * The focus and the keys of a sheet over a page: it takes the focus and gives it back, Escape closes it, and nothing behind it can be
 * pressed meanwhile. (A room's goes with its phases: room/focus.js.)
 * @module
 */

export class Sheets {
  /** @type {string | null} what lies over the page */
  #over = null;
  /** @type {string | null} what had the focus when it came */
  #opener = null;
  /** @type {() => void} */
  close = () => {};

  /** @param {Element} root what the sheet is drawn in; whatever stands beside it waits too */
  constructor(root) {
    this.root = root;
  }

  /**
   * Draw, and put the focus where it belongs then.
   * @param {string | null} over its name
   * @param {() => void} draw
   * @param {string | null} [from] what opened it
   */
  around(over, draw, from = document.activeElement?.getAttribute("data-testid") ?? null) {
    draw();
    if (over === this.#over) return;
    const page = this.root.parentElement;
    for (const each of page?.children ?? []) if (each !== this.root) each.toggleAttribute("inert", over !== null);
    if (over !== null) {
      this.#opener = this.#over === null ? from : this.#opener;
      focus(this.root, ".drawer h2, h1[tabindex]");
    } else if (page && this.#opener !== null) focus(page, `[data-testid="${this.#opener}"]`);
    this.#over = over;
  }

  /** @returns {() => void} */
  watch() {
    const rest = () => removeEventListener("keydown", escape);
    const escape = (/** @type {KeyboardEvent} */ event) => {
      if (!this.root.isConnected) return rest(); // another screen came
      if (event.key === "Escape" && this.#over !== null) this.close();
    };
    addEventListener("keydown", escape);
    return rest;
  }
}

/** @param {Element} within @param {string} selector */
function focus(within, selector) {
  /** @type {HTMLElement | null} */ (within.querySelector(selector))?.focus({ preventScroll: true });
}
